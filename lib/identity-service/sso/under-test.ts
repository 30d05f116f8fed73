import { getRevision, type RevisionContent } from "../connections/revisions/revision.ts";
import { contentOf } from "../connections/revisions/store.ts";
import { type Database, type Run, sql } from "../db.ts";

/** Which settings a test is made with: those of a revision, as they were when it began. */
export interface UnderTest {
  number: number;
  edition: number;
}

export const CHANGED_MEANWHILE =
  "The draft was changed while this test was under way. Test it again, as it is now.";
const DISCARDED_MEANWHILE = "The draft was discarded while this test was under way.";

/** The settings a test goes by in place of the connection's own, and why its answer cannot be judged by them any more. */
export async function settingsUnderTest(
  db: Database,
  { environment_id, id }: { environment_id: string; id: string },
  { number, edition }: UnderTest,
): Promise<{ content: RevisionContent; stale: string | null }> {
  const revision = await getRevision(db, environment_id, { connectionId: id, number });
  const stale =
    revision.state === "discarded"
      ? DISCARDED_MEANWHILE
      : revision.edition === edition
        ? null
        : CHANGED_MEANWHILE;
  return { content: contentOf(revision), stale };
}

const TESTED = sql(
  "connection_revision_tested",
  `UPDATE identity.connection_revisions SET test_sign_in_id = $3, tested_at = $6
   WHERE environment_id = $1 AND connection_id = $2 AND number = $4 AND edition = $5
     AND EXISTS (SELECT FROM identity.sign_ins WHERE id = $3 AND state = 'passed')`,
);

/** Notes with a revision that a test passed of exactly what it is; of a test that failed, or came too late, nothing. */
export async function noteTested(
  run: Run,
  test: { environmentId: string; connectionId: string; signInId: string },
  { number, edition }: UnderTest,
  now: Date,
): Promise<void> {
  const { environmentId, connectionId, signInId } = test;
  await run(TESTED, [environmentId, connectionId, signInId, number, edition, now]);
}
