import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { isConsoleKey } from "#lib/environments/policy.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { containing } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { type KeyState, keyState } from "./policy.ts";
import type { KeyListQuery } from "./schema.ts";

export interface KeyRow {
  id: string;
  name: string;
  hint: string;
  state: KeyState;
  ofConsole: boolean;
  /** Made while nobody waited, and not shown yet. */
  waitsToBeShown: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}

/** One page of an environment's API keys; never their values. */
export function listKeys(
  actor: Actor,
  environmentId: string,
  query: KeyListQuery,
  now = systemClock(),
): Promise<Page<KeyRow>> {
  actor.must("api_key.read");
  return inScope(actor, async (tx) => {
    await requireEnvironment(tx, actor, environmentId);
    const where = { AND: [{ environmentId }, searched(query.search), ...filtered(query, now)] };
    const total = await tx.apiKey.count({ where });
    const rows = await tx.apiKey.findMany({
      where,
      select: ROW,
      orderBy: sorted(query),
      ...pageBounds(query),
    });
    const waiting = await waitingToBeShown(tx, rows);
    const shown = rows.map(({ createdById, rotatedToId, revokedAt, ...key }) => ({
      ...key,
      state: keyState({ ...key, rotatedToId, revokedAt }, now),
      ofConsole: isConsoleKey({ createdById }),
      waitsToBeShown: waiting.has(key.id),
    }));
    return { rows: shown, total, page: query.page, pageSize: query.pageSize };
  });
}

async function waitingToBeShown(tx: Tx, rows: readonly { id: string }[]): Promise<Set<string>> {
  const where = {
    targetId: { in: rows.map(({ id }) => id) },
    kind: "api_key.create",
    resultSealed: { not: null },
  };
  const unseen = await tx.operation.findMany({ where, select: { targetId: true } });
  return new Set(unseen.map(({ targetId }) => targetId));
}

function searched(search: string): Prisma.ApiKeyWhereInput {
  return search ? { OR: [{ name: containing(search) }, { hint: containing(search) }, { id: search }] } : {};
}

/** Both chosen, or neither: all of them. */
function filtered({ filters }: KeyListQuery, now: Date): Prisma.ApiKeyWhereInput[] {
  const [wanted, ...others] = filters.state;
  const inUse = { revokedAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] };
  if (others.length > 0) return [];
  if (wanted === "in_use") return [inUse];
  return wanted === "ended" ? [{ NOT: inUse }] : [];
}

function sorted({ sort, direction }: KeyListQuery): Prisma.ApiKeyOrderByWithRelationInput[] {
  const nulls = { sort: direction, nulls: "last" } as const;
  const by = {
    created: { createdAt: direction },
    name: { name: direction },
    lastUsed: { lastUsedAt: nulls },
    expires: { expiresAt: nulls },
  } as const;
  return [by[sort], { id: direction }];
}

const ROW = {
  id: true,
  name: true,
  hint: true,
  createdById: true,
  rotatedToId: true,
  createdAt: true,
  lastUsedAt: true,
  expiresAt: true,
  revokedAt: true,
} as const satisfies Prisma.ApiKeySelect;
