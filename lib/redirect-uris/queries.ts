import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { requireEnvironment } from "#lib/environments/require.ts";
import { inScope } from "#lib/platform/db.ts";
import { type Page, pageBounds } from "#lib/platform/list.ts";
import { containing } from "#lib/platform/sql.ts";
import type { RedirectUriListQuery } from "./schema.ts";

export interface RedirectUriRow {
  id: string;
  uri: string;
  isDefault: boolean;
  pending: boolean;
}

/** One page of where an environment's sign-ins may return to, the default first. */
export function listRedirectUris(
  actor: Actor,
  environmentId: string,
  query: RedirectUriListQuery,
): Promise<Page<RedirectUriRow>> {
  actor.must("environment.read");
  return inScope(actor, async (tx) => {
    await requireEnvironment(tx, actor, environmentId);
    const where = { environmentId, ...(query.search ? { uri: containing(query.search) } : {}) };
    const total = await tx.redirectUri.count({ where });
    const rows = await tx.redirectUri.findMany({
      where,
      select: { id: true, uri: true, isDefault: true, remoteId: true },
      orderBy: [{ isDefault: "desc" }, { uri: query.direction }, { id: "asc" }],
      ...pageBounds(query),
    });
    const shown = rows.map(({ remoteId, ...row }) => ({ ...row, pending: remoteId === null }));
    return { rows: shown, total, page: query.page, pageSize: query.pageSize };
  });
}
