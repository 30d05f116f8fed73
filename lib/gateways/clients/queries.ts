import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { containing } from "#lib/platform/sql.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { requireGateway } from "../require.ts";
import type { ClientListQuery } from "./schema.ts";

export interface ClientRow {
  id: string;
  name: string;
  hasToken: boolean;
  /** Until when the token before counts; null where none does. */
  previousTokenEndsAt: Date | null;
  certificateSha256: string[];
  networks: string[];
  createdByName: string;
  createdAt: Date;
  revokedAt: Date | null;
  revokedByName: string | null;
}

/** The applications that may use a gateway's proxy, or might. */
export function listClients(
  actor: Actor,
  gatewayId: string,
  query: ClientListQuery,
  now = systemClock(),
): Promise<Page<ClientRow>> {
  actor.must("gateway.read");
  return inScope(actor, async (tx) => {
    await requireGateway(tx, actor, gatewayId);
    const words = query.search.split(/\s+/).filter(Boolean).slice(0, 8);
    const [state, ...others] = query.filters.state;
    const where: Prisma.GatewayClientWhereInput = {
      ...{ gatewayId, ...visibleTo(actor) },
      ...(state && others.length === 0 ? { revokedAt: state === "revoked" ? { not: null } : null } : {}),
      AND: words.map((word) => ({ OR: [{ name: containing(word) }, { networks: { has: word } }] })),
    };
    const order = query.sort === "name" ? { name: query.direction } : { createdAt: query.direction };
    const total = await tx.gatewayClient.count({ where });
    const found = await tx.gatewayClient.findMany({
      where,
      select: ROW,
      orderBy: [order, { id: query.direction }],
      ...pageBounds(query),
    });
    // Whether there is one, never which: no hash leaves the database for a screen.
    const withToken = await tx.gatewayClient.findMany({
      where: { id: { in: found.map(({ id }) => id) }, tokenHash: { not: null } },
      select: { id: true },
    });
    const known = new Set(withToken.map(({ id }) => id));
    const rows = found.map((row) => ({
      ...row,
      hasToken: known.has(row.id),
      previousTokenEndsAt:
        row.previousTokenEndsAt && row.previousTokenEndsAt > now ? row.previousTokenEndsAt : null,
    }));
    return { rows, total, page: query.page, pageSize: query.pageSize };
  });
}

const ROW = {
  ...{ id: true, name: true, previousTokenEndsAt: true, certificateSha256: true, networks: true },
  ...{ createdByName: true, createdAt: true, revokedAt: true, revokedByName: true },
} as const;
