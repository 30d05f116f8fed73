import * as commands from "#lib/revisions/commands.ts";
import { readRevisions } from "#lib/revisions/queries.ts";
import { type Rows, row } from "./rows.ts";

const REVISION = { number: 2, reason: "It was agreed upon" };

/** How connections are changed, tried and brought back. */
export const REVISIONS: Rows = {
  "revisions/queries.readRevisions": row("connection.read", "not_found", (actor, { connectionId }) =>
    readRevisions(actor, connectionId),
  ),
  "revisions/commands.activateRevision": row("connection.activate", "not_found", (actor, { connectionId }) =>
    commands.activateRevision(actor, { connectionId, ...REVISION }),
  ),
  "revisions/commands.returnToRevision": row("connection.return", "not_found", (actor, { connectionId }) =>
    commands.returnToRevision(actor, { connectionId, ...REVISION }),
  ),
  "revisions/commands.discardDraft": row("connection.discard_draft", "not_found", (actor, { connectionId }) =>
    commands.discardDraft(actor, { connectionId, number: 2 }),
  ),
  "revisions/commands.keepDraft": row("connection.keep_draft", "not_found", (actor, { connectionId }) =>
    commands.keepDraft(actor, { connectionId, number: 2, active: 1 }),
  ),
  "revisions/commands.startRevisionTest": row("connection.test", "not_found", (actor, { connectionId }) =>
    commands.startRevisionTest(actor, { connectionId, number: 2 }),
  ),
  "revisions/commands.compareReplays": row("connection.test", "not_found", (actor, { connectionId }) =>
    commands.compareReplays(actor, { connectionId, testId: "sign_in_1", left: 1, right: 2 }),
  ),
};
