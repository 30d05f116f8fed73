import { sql } from "../../db.ts";
import { provision } from "../provisioning/provision.ts";
import type { DirectoryUserRow } from "../users.ts";
import type { Ingest } from "./ingest.ts";
import { type IncomingUser, nextUser, writeUsers } from "./users.ts";

const PAGE = sql(
  "directory_users_reapply",
  `SELECT * FROM identity.directory_users WHERE environment_id = $1 AND directory_id = $2 AND id > $3
   ORDER BY id LIMIT 500 FOR UPDATE`,
);

/**
 * Brings users in line with their directory's settings, and where provisioning has just begun makes them users. Call it
 * in the transaction that changed those.
 */
export async function reapplySettings(ingest: Ingest, provisioningBegins: boolean): Promise<void> {
  const { run, directory } = ingest;
  let last = "";
  for (;;) {
    const page = await run<DirectoryUserRow>(PAGE, [directory.environment_id, directory.id, last]);
    if (page.length === 0) return;
    const { applied } = await writeUsers(
      ingest,
      page.map((row) => nextUser(ingest, row, asIncoming(row))),
    );
    const same = applied.filter(({ change }) => change === "unchanged").map(({ row }) => row);
    if (provisioningBegins && same.length > 0) await provision(ingest, same);
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
