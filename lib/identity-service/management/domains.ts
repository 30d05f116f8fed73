import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type Database, sql } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import { type LookedUp, recordOf, verdictOf } from "../organizations/domain-look.ts";
import {
  CreateDomain,
  checkDomain,
  createDomain,
  removeDomain,
  verifyByHand,
} from "../organizations/domains.ts";
import { type DomainRow, domainToWire } from "../organizations/organization.ts";
import type { Service } from "../service.ts";
import { notFound } from "../wire/errors.ts";
import { containing, type ListSource, readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import { iso } from "../wire/time.ts";

interface InEnvironment {
  Params: { env: string };
  Querystring: Params;
}
interface ById {
  Params: { env: string; id: string };
}

type ShownDomain = DomainRow & {
  organization_name: string;
  looked_at: Date | null;
  resolvers: string[] | null;
  names: unknown;
};

export const AddDomain = CreateDomain;

/** The domains of an environment's organizations, how each is proven, and what was found when it was last looked for. */
export function managedDomainRoutes(app: FastifyInstance, { db }: Service): void {
  const path = "/environments/:env/organization_domains";
  app.get<InEnvironment>(path, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    return await readList<ShownDomain, unknown>(db, id, domains(id, query), readPage(query), toWire);
  });
  app.post<InEnvironment>(path, async ({ params, body }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    const made = await createDomain(db, id, parse(AddDomain, body));
    return reply.code(201).send(await shown(db, id, made.id));
  });
  app.get<ById>(`${path}/:id`, async ({ params }) => {
    const { id } = await getEnvironment(db, params.env);
    return await shown(db, id, params.id);
  });
  app.post<ById>(`${path}/:id/check`, async ({ params }) => {
    const { id } = await getEnvironment(db, params.env);
    await checkDomain(db, id, params.id);
    return await shown(db, id, params.id);
  });
  app.post<ById>(`${path}/:id/verify_by_hand`, async ({ params }) => {
    const { id } = await getEnvironment(db, params.env);
    await verifyByHand(db, id, params.id);
    return await shown(db, id, params.id);
  });
  app.delete<ById>(`${path}/:id`, async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    await removeDomain(db, id, params.id);
    return reply.code(204).send();
  });
}

const SELECT = `SELECT row.*, organization.name AS organization_name, look.looked_at, look.resolvers, look.names
  FROM identity.organization_domains AS row
  JOIN identity.organizations AS organization ON organization.id = row.organization_id
  LEFT JOIN identity.organization_domain_looks AS look ON look.domain_id = row.id`;
const FIND = sql("managed_domain_find", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2`);

function domains(environmentId: string, query: Params): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  const [organization, state, search] = [
    one(query, "organization_id"),
    one(query, "state"),
    one(query, "search"),
  ];
  if (organization) where.push(`row.organization_id = $${values.push(organization)}`);
  if (state) where.push(`row.state = $${values.push(state)}`);
  if (search) where.push(`row.domain ILIKE $${values.push(containing(search))}`);
  return { select: SELECT, where, values };
}

async function shown(db: Database, environmentId: string, id: string) {
  const [row] = await db.query<ShownDomain>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Organization Domain", id);
  return toWire(row);
}

const Names: z.ZodType<LookedUp[]> = z.array(
  z.object({
    name: z.string(),
    outcome: z.enum([
      "records",
      "no_records",
      "no_such_name",
      "timed_out",
      "refused",
      "unreachable",
      "failed",
    ]),
    records: z.array(z.string()),
  }),
);

function toWire(row: ShownDomain) {
  return {
    ...domainToWire(row),
    organization_name: row.organization_name,
    record: recordOf(row),
    last_look: lookToWire(row),
  };
}

function lookToWire(row: ShownDomain) {
  if (row.looked_at === null) return null;
  const names = Names.parse(row.names);
  return {
    object: "organization_domain_look" as const,
    looked_at: iso(row.looked_at),
    verdict: verdictOf(row, { names }),
    resolvers: row.resolvers ?? [],
    names,
  };
}
