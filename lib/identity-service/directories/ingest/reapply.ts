import { sql } from "../../db.ts";
import type { DirectoryUserRow } from "../users.ts";
import type { Ingest } from "./ingest.ts";
import { type IncomingUser, nextUser, writeUsers } from "./users.ts";

const PAGE = sql(
  "directory_users_reapply",
  `SELECT * FROM identity.directory_users WHERE environment_id = $1 AND directory_id = $2 AND id > $3
   ORDER BY id LIMIT 500 FOR UPDATE`,
);

/** Brings users in line with their directory's settings. Call it in the transaction that changed those. */
export async function reapplySettings(ingest: Ingest): Promise<void> {
  const { run, directory } = ingest;
  let last = "";
  for (;;) {
    const page = await run<DirectoryUserRow>(PAGE, [directory.environment_id, directory.id, last]);
    if (page.length === 0) return;
    await writeUsers(
      ingest,
      page.map((row) => nextUser(ingest, row, asIncoming(row))),
    );
    last = page.at(-1)?.id ?? last;
  }
}

/** What the provider said last. */
export function asIncoming(row: DirectoryUserRow): IncomingUser {
  return {
    idpId: row.idp_id,
    uniqueName: row.unique_name,
    username: row.username,
    email: row.email,
    emails: row.emails,
    firstName: row.first_name,
    lastName: row.last_name,
    name: row.name,
    jobTitle: row.job_title,
    state: row.state,
    rawAttributes: row.raw_attributes,
  };
}
