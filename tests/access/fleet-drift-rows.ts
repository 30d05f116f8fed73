import * as commands from "#lib/fleet/commands.ts";
import * as queries from "#lib/fleet/queries.ts";
import { BULK_ITEM_LIST, BULK_LIST, DRIFT_LIST, REVIEW_LIST, StartBulkInput } from "#lib/fleet/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { type Rows, row } from "./rows.ts";

/** What stands over all deployments: what is behind, what should be looked at again, what was asked for everywhere. */
export const DRIFT: Rows = {
  "fleet/queries.listDrift": row("allowlist.read", "unseen", (actor) =>
    queries.listDrift(actor, parseListQuery({}, DRIFT_LIST)),
  ),
  "fleet/queries.listDriftSubjects": row("allowlist.read", "unseen", (actor) =>
    queries.listDriftSubjects(actor),
  ),
  "fleet/queries.listRulesToReview": row("allowlist.read", "unseen", (actor) =>
    queries.listRulesToReview(actor, parseListQuery({}, REVIEW_LIST)),
  ),
  "fleet/queries.countUnwatched": row("allowlist.read", "unseen", (actor) => queries.countUnwatched(actor)),
  "fleet/queries.listBulks": row("change_request.read", "unseen", (actor) =>
    queries.listBulks(actor, parseListQuery({}, BULK_LIST)),
  ),
  "fleet/queries.getBulk": row("change_request.read", "not_found", (actor, { bulkId }) =>
    queries.getBulk(actor, bulkId),
  ),
  "fleet/queries.listBulkItems": row("change_request.read", "unseen", (actor, { bulkId }) =>
    queries.listBulkItems(actor, bulkId, parseListQuery({}, BULK_ITEM_LIST)),
  ),
  "fleet/commands.startBulk": row("change_request.start_bulk", "none", (actor) =>
    commands.startBulk(
      actor,
      StartBulkInput.parse({
        ...{ subject: "address_set", subjectId: "cloudflare", versionNumber: 9 },
        reason: "There is a newer version.",
      }),
    ),
  ),
  "fleet/commands.pauseBulk": row("change_request.start_bulk", "not_found", async (actor, { bulkId }) => {
    await commands.resumeBulk(actor, { bulkId }).catch(() => undefined);
    return commands.pauseBulk(actor, { bulkId });
  }),
  "fleet/commands.resumeBulk": row("change_request.start_bulk", "not_found", async (actor, { bulkId }) => {
    await commands.pauseBulk(actor, { bulkId }).catch(() => undefined);
    return commands.resumeBulk(actor, { bulkId });
  }),
};
