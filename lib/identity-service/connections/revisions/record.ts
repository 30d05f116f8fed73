import { type Run, sql } from "../../db.ts";
import type { ConnectionRow } from "../connection.ts";
import type { RevisionContent, RevisionRow } from "./revision.ts";
import { contentValues, type History, insertRevision, sameContent } from "./store.ts";

const CHANGE_DRAFT = sql(
  "connection_revision_change",
  `UPDATE identity.connection_revisions SET connection_type = $2, saml = $3, oidc = $4, ldap = $5, attribute_map = $6, role_map = $7,
     note = coalesce($8, note), made_by = coalesce($9, made_by), based_on = coalesce($10, based_on),
     edition = edition + CASE WHEN $11 THEN 1 ELSE 0 END, updated_at = $12,
     test_sign_in_id = CASE WHEN $11 THEN NULL ELSE test_sign_in_id END, tested_at = CASE WHEN $11 THEN NULL ELSE tested_at END
   WHERE id = $1 RETURNING *`,
);
const GO_LIVE = sql(
  "connection_revision_go_live",
  `UPDATE identity.connection_revisions SET state = 'active', activated_at = $2, activated_by = $3, reason = $4, replaced = $5
   WHERE id = $1 RETURNING *`,
);

/** Writes into the history what became of a connection by a change of the connection itself. @returns whether its settings changed */
export async function recordChange(
  run: Run,
  history: History,
  after: RevisionContent & { state: ConnectionRow["state"]; by: string | null; reason: string | null },
  now: Date,
): Promise<boolean> {
  const { connection, active, draft, last } = history;
  const changed = !sameContent(connection, after);
  const { by, reason } = after;
  if (!active && draft) {
    // Never live: the draft is what the connection is.
    if (changed) await changeDraft(run, draft, after, { by: by ?? undefined }, now);
    if (after.state !== "draft") await goLive(run, draft, { by, reason, replaced: null }, now);
    return changed;
  }
  if (!changed) return false;
  const replaced = active?.number ?? null;
  const activated = { by, reason, replaced };
  await insertRevision(
    run,
    connection,
    after,
    { number: last + 1, state: "active", madeBy: by, basedOn: replaced, activated },
    now,
  );
  return true;
}

export interface DraftFacts {
  note?: string | undefined;
  by?: string | undefined;
  basedOn?: number | undefined;
}

/** What a test proved is kept only where nothing of the settings changes. */
export async function changeDraft(
  run: Run,
  draft: RevisionRow,
  content: RevisionContent,
  { note, by, basedOn }: DraftFacts,
  now: Date,
): Promise<RevisionRow> {
  const changed = !sameContent(draft, content);
  const [row] = await run<RevisionRow>(CHANGE_DRAFT, [
    draft.id,
    ...contentValues(content),
    note ?? null,
    by ?? null,
    basedOn ?? null,
    changed,
    now,
  ]);
  return row ?? draft;
}

export async function goLive(
  run: Run,
  draft: RevisionRow,
  { by, reason, replaced }: { by: string | null; reason: string | null; replaced: number | null },
  now: Date,
): Promise<RevisionRow> {
  const [row] = await run<RevisionRow>(GO_LIVE, [draft.id, now, by, reason, replaced]);
  return row ?? draft;
}
