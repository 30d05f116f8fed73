import * as commands from "#lib/exports/commands.ts";
import * as queries from "#lib/exports/queries.ts";
import { EXPORT_LIST, SERVED_LIST, ServeListInput } from "#lib/exports/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { type Rows, row } from "./rows.ts";

/** Who took a deployment's allowlist away, and the lists that firewalls fetch. */
export const EXPORTS: Rows = {
  "exports/queries.listExports": row("allowlist_export.read", "not_found", (actor, { deploymentId }) =>
    queries.listExports(actor, deploymentId, parseListQuery({}, EXPORT_LIST)),
  ),
  "exports/queries.listServedLists": row("allowlist_export.read", "not_found", (actor, { deploymentId }) =>
    queries.listServedLists(actor, deploymentId, parseListQuery({}, SERVED_LIST)),
  ),
  "exports/queries.listServices": row("allowlist_export.read", "not_found", (actor, { deploymentId }) =>
    queries.listServices(actor, deploymentId),
  ),
  "exports/queries.previewFormats": row("allowlist.export", "not_found", (actor, { deploymentId }) =>
    queries.previewFormats(actor, deploymentId),
  ),
  "exports/queries.getPrinted": row("allowlist.read", "not_found", (actor, { deploymentId }) =>
    queries.getPrinted(actor, deploymentId),
  ),
  "exports/commands.serveList": row("served_list.create", "not_found", (actor, { deploymentId }) =>
    commands.serveList(actor, ServeListInput.parse({ deploymentId, name: "PA-3220", direction: "egress" })),
  ),
  "exports/commands.revokeList": row("served_list.revoke", "not_found", (actor, { servedListId }) =>
    commands.revokeList(actor, { servedListId }),
  ),
  "exports/commands.recordPrint": row("allowlist.export", "not_found", (actor, { deploymentId }) =>
    commands.recordPrint(actor, { deploymentId }),
  ),
};
