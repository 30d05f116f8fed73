import "server-only";
import { z } from "zod";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import { DOMAIN_OUTCOMES, DOMAIN_VERDICTS, type DomainLook } from "#lib/drivers/domain-port.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { containing } from "#lib/platform/sql.ts";
import { declined } from "#lib/shared/refusals.ts";
import type { DomainListQuery } from "./schema.ts";

export interface DomainRow {
  id: string;
  name: string;
  organizationName: string;
  environmentId: string;
  environmentName: string;
  state: string;
  strategy: string;
  verdict: string;
  lookedAt: Date | null;
  createdAt: Date;
  syncedAt: Date;
}

/** One page of a deployment's domains, as the console last heard of them. */
export async function listDomains(
  actor: Actor,
  deploymentId: string,
  query: DomainListQuery,
): Promise<Page<DomainRow>> {
  actor.must("domain.read");
  const where = {
    AND: [{ deploymentId, ...visibleTo(actor) }, searched(query.search), ...filtered(query)],
  };
  return await inScope(actor, async (tx) => {
    const deployment = { id: deploymentId, ...visibleTo(actor) };
    if (!(await tx.deployment.findFirst({ where: deployment, select: { id: true } })))
      throw declined("not_found", "no_such_deployment");
    const total = await tx.domain.count({ where });
    const rows = await tx.domain.findMany({
      where,
      select: ROW,
      orderBy: sorted(query),
      ...pageBounds(query),
    });
    return { rows: rows.map(rowOf), total, page: query.page, pageSize: query.pageSize };
  });
}

export interface DomainDetail extends DomainRow {
  organizationId: string;
  /** The TXT record that proves it; null where the environment does not tell. */
  record: { name: string; value: string } | null;
  look: DomainLook | null;
  /** Why what was found is not shown; null where it is. */
  whyNoLook: string | null;
  /** Why it cannot be verified by hand from here; null where it can. */
  whyNotByHand: string | null;
}

/** What the console knows of one domain. */
export async function getDomain(actor: Actor, deploymentId: string, domainId: string): Promise<DomainDetail> {
  actor.must("domain.read");
  const found = await inScope(actor, (tx) =>
    tx.domain.findFirst({
      where: { id: domainId, deploymentId, ...visibleTo(actor) },
      select: { ...ROW, organizationId: true, recordName: true, recordValue: true, look: true },
    }),
  );
  if (!found) throw declined("not_found", "no_such_domain");
  const { organizationId, recordName, recordValue, look, environment } = found;
  return {
    ...rowOf(found),
    organizationId,
    record: recordValue ? { name: recordName, value: recordValue } : null,
    look: readLook({ ...found, look }),
    whyNoLook: whyNot(environment.driver, "see_domain_looks"),
    whyNotByHand: whyNot(environment.driver, "verify_domains_by_hand"),
  };
}

const ROW = {
  id: true,
  name: true,
  organizationName: true,
  environmentId: true,
  environment: { select: { name: true, driver: true } },
  state: true,
  strategy: true,
  verdict: true,
  lookedAt: true,
  createdAt: true,
  syncedAt: true,
} as const satisfies Prisma.DomainSelect;

function rowOf({ environment, ...row }: Prisma.DomainGetPayload<{ select: typeof ROW }>): DomainRow {
  const {
    id,
    name,
    organizationName,
    environmentId,
    state,
    strategy,
    verdict,
    lookedAt,
    createdAt,
    syncedAt,
  } = row;
  return {
    ...{ id, name, organizationName, environmentId, environmentName: environment.name },
    ...{ state, strategy, verdict, lookedAt, createdAt, syncedAt },
  };
}

const Look = z.object({
  resolvers: z.array(z.string()),
  names: z.array(
    z.object({ name: z.string(), outcome: z.enum(DOMAIN_OUTCOMES), records: z.array(z.string()) }),
  ),
});

/** What a row of the mirror holds of the last look. */
export function readLook(row: { lookedAt: Date | null; verdict: string; look: unknown }): DomainLook | null {
  if (row.lookedAt === null || row.look === null) return null;
  return { at: row.lookedAt, verdict: z.enum(DOMAIN_VERDICTS).parse(row.verdict), ...Look.parse(row.look) };
}

function searched(search: string): Prisma.DomainWhereInput {
  if (!search) return {};
  const contains = containing(search);
  return { OR: [{ name: contains }, { organizationName: contains }, { id: search }] };
}

const FOUND: Record<string, Prisma.DomainWhereInput> = {
  found: { verdict: "found" },
  wrong: { verdict: { in: ["wrong_value", "doubled_name"] } },
  missing: { verdict: { in: ["no_record", "no_such_domain"] } },
  silent: { verdict: "no_answer" },
  never: { lookedAt: null },
};

function filtered({ filters }: DomainListQuery): Prisma.DomainWhereInput[] {
  const { state, strategy, environment, found } = filters;
  const chosen = found.flatMap((name) => FOUND[name] ?? []);
  return [
    state.length > 0 ? { state: { in: state } } : {},
    strategy.length > 0 ? { strategy: { in: strategy } } : {},
    environment.length > 0 ? { environmentId: { in: environment } } : {},
    chosen.length > 0 ? { OR: chosen } : {},
  ];
}

function sorted({ sort, direction }: DomainListQuery): Prisma.DomainOrderByWithRelationInput[] {
  const by = {
    name: { name: direction },
    organization: { organizationName: direction },
    state: { state: direction },
    looked: { lookedAt: { sort: direction, nulls: "last" } },
    created: { createdAt: direction },
  } as const;
  return [by[sort], { id: "asc" }];
}
