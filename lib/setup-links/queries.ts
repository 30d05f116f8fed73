import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { PURPOSES, type Purpose } from "#lib/access/permissions.ts";
import type { Visitor } from "#lib/auth/sessions.ts";
import { asSystem, inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { containing } from "#lib/platform/sql.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { declined } from "#lib/shared/refusals.ts";
import { actorOfLink, findByBrowser, type LookedAt } from "./looking.ts";
import { linkState, type RefusalReason } from "./policy.ts";
import type { SetupLinkQuery } from "./schema.ts";
import type { LinkState } from "./shape.ts";

export interface SetupLinkRow {
  id: string;
  organizationName: string;
  environmentName: string;
  purposes: Purpose[];
  note: string;
  state: LinkState;
  createdByName: string;
  createdAt: Date;
  expiresAt: Date;
  openedAt: Date | null;
  lastSeenAt: Date | null;
  /** When it was finished or revoked. */
  endedAt: Date | null;
  revokedByName: string | null;
  stepsDone: number;
}

/** One page of the set-up links of a deployment. */
export async function listSetupLinks(
  actor: Actor,
  deploymentId: string,
  query: SetupLinkQuery,
  now = new Date(),
): Promise<Page<SetupLinkRow>> {
  actor.must("setup_link.read");
  const where = {
    AND: [{ deploymentId, ...visibleTo(actor) }, searched(query.search), ...filtered(query, now)],
  };
  return await inScope(actor, async (tx) => {
    await requireDeployment(tx, actor, deploymentId);
    const total = await tx.setupLink.count({ where });
    const found = await tx.setupLink.findMany({
      where,
      select: ROW,
      orderBy: sorted(query),
      ...pageBounds(query),
    });
    const rows = found.map((row) => rowOf(row, now));
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

/** The set-up that this browser has open, or why there is none. */
export type OpenSetup =
  | { state: "open"; link: LookedAt; actor: Actor }
  | { state: "closed"; why: RefusalReason; link: LookedAt | null };

/** The row is the truth at every step: a link that was revoked is out at the next request. */
export async function findOpenSetup(browser: string | null, visitor: Visitor, now: Date): Promise<OpenSetup> {
  if (browser === null) return { state: "closed", why: "none", link: null };
  return await asSystem("who holds a link is not known before it is found", async (tx) => {
    const look = await findByBrowser(tx, browser, now);
    if (look.state === "closed") return look;
    await markSeen(tx, look.link, now);
    return { state: "open", link: look.link, actor: actorOfLink(look.link, visitor.ip) };
  });
}

/** At most once a minute, so that reading a page rarely writes. */
async function markSeen(tx: Tx, { id, lastSeenAt }: LookedAt, now: Date): Promise<void> {
  if (lastSeenAt && now.getTime() - lastSeenAt.getTime() < MINUTE_MS) return;
  await tx.setupLink.updateMany({ where: { id }, data: { lastSeenAt: now } });
}

async function requireDeployment(tx: Tx, actor: Actor, id: string): Promise<void> {
  const where = { id, ...visibleTo(actor) };
  if (!(await tx.deployment.findFirst({ where, select: { id: true } })))
    throw declined("not_found", "no_such_deployment");
}

const ROW = {
  id: true,
  organizationName: true,
  environment: { select: { name: true } },
  purposes: true,
  note: true,
  createdByName: true,
  createdAt: true,
  expiresAt: true,
  openedAt: true,
  lastSeenAt: true,
  revokedAt: true,
  revokedByName: true,
  replacedById: true,
  finishedAt: true,
  progress: true,
} as const satisfies Prisma.SetupLinkSelect;

function rowOf(row: Prisma.SetupLinkGetPayload<{ select: typeof ROW }>, now: Date): SetupLinkRow {
  const { environment, purposes, progress, revokedAt, finishedAt, replacedById, ...rest } = row;
  return {
    ...rest,
    environmentName: environment.name,
    purposes: PURPOSES.filter((purpose) => purposes.includes(purpose)),
    state: linkState(row, now),
    endedAt: finishedAt ?? revokedAt,
    stepsDone: Object.keys(progress as object).length,
  };
}

function searched(search: string): Prisma.SetupLinkWhereInput {
  if (!search) return {};
  const contains = containing(search);
  return {
    OR: [{ organizationName: contains }, { createdByName: contains }, { note: contains }, { id: search }],
  };
}

const STATES: Record<LinkState, (now: Date) => Prisma.SetupLinkWhereInput> = {
  waiting: (now) => ({ ...STANDING, openedAt: null, expiresAt: { gt: now } }),
  open: (now) => ({ ...STANDING, openedAt: { not: null }, expiresAt: { gt: now } }),
  finished: () => ({ finishedAt: { not: null } }),
  expired: (now) => ({ ...STANDING, expiresAt: { lte: now } }),
  revoked: () => ({ finishedAt: null, revokedAt: { not: null }, replacedById: null }),
  replaced: () => ({ finishedAt: null, revokedAt: { not: null }, replacedById: { not: null } }),
};
const STANDING = { finishedAt: null, revokedAt: null };

function filtered({ filters }: SetupLinkQuery, now: Date): Prisma.SetupLinkWhereInput[] {
  const states = filters.state.flatMap((name) => (name in STATES ? [STATES[name as LinkState](now)] : []));
  return [
    states.length > 0 ? { OR: states } : {},
    filters.environment.length > 0 ? { environmentId: { in: filters.environment } } : {},
    filters.purpose.length > 0 ? { purposes: { hasSome: filters.purpose } } : {},
  ];
}

function sorted({ sort, direction }: SetupLinkQuery): Prisma.SetupLinkOrderByWithRelationInput[] {
  const by = {
    created: { createdAt: direction },
    organization: { organizationName: direction },
    expires: { expiresAt: direction },
    opened: { openedAt: { sort: direction, nulls: "last" } },
  } as const;
  return [by[sort], { id: direction }];
}
