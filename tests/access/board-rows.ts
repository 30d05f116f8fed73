import * as board from "#lib/board/queries.ts";
import { type Rows, row } from "./rows.ts";

/** How everything stands that is set up. */
export const BOARD: Rows = {
  "board/queries.getBoard": row("connection.read", "not_found", (actor, { deploymentId }) =>
    board.getBoard(actor, deploymentId),
  ),
  "board/queries.getOrganizationBoard": row(null, "not_found", (actor, { environmentId }) =>
    board.getOrganizationBoard(actor, environmentId, "org_1"),
  ),
  "board/queries.readLastDay": row("connection.read", "not_found", (actor, { environmentId }) =>
    board.readLastDay(actor, environmentId, null),
  ),
};
