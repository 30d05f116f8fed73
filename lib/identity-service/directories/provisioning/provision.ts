import { sql } from "../../db.ts";
import type { Ingest } from "../ingest/ingest.ts";
import type { DirectoryUserRow } from "../users.ts";
import { admit, shutOut } from "./memberships.ts";
import { findPeople, makePeople, namePeople } from "./people.ts";

/** Somebody of a directory whose people become users, as far as user management is concerned. */
export interface Provisioned {
  row: DirectoryUserRow;
  email: string;
  /** The organization has proven the e-mail's domain: it may speak for this person. */
  proven: boolean;
}

const DOMAINS = sql(
  "provisioning_domains",
  `SELECT domain FROM identity.organization_domains
   WHERE environment_id = $1 AND organization_id = $2 AND state IN ('verified', 'legacy_verified')`,
);
const LINK = sql(
  "provisioning_link",
  `UPDATE identity.directory_users AS u SET user_id = linked.user_id
   FROM jsonb_to_recordset($2) AS linked(id text, user_id text)
   WHERE u.id = linked.id AND u.environment_id = $1 AND u.user_id IS DISTINCT FROM linked.user_id`,
);

/**
 * Makes people of a directory users of the environment and members of its organization, and shuts out who is no longer
 * active. Call it in the transaction that changed them.
 */
export async function provision(ingest: Ingest, changed: readonly DirectoryUserRow[]): Promise<void> {
  const { run, directory } = ingest;
  const { environment_id, organization_id } = directory;
  const domains = await run<{ domain: string }>(DOMAINS, [environment_id, organization_id]);
  const proven = new Set(domains.map(({ domain }) => domain));
  const active = changed.flatMap((row): Provisioned[] => {
    if (row.state !== "active" || row.email === null) return [];
    const domain = row.email.toLowerCase().split("@").at(-1) ?? "";
    return [{ row, email: row.email, proven: proven.has(domain) }];
  });
  if (active.length > 0) {
    await makePeople(ingest, active, await findPeople(ingest, active));
    const people = await findPeople(ingest, active);
    await namePeople(ingest, active, people);
    await admit(ingest, active, people);
    const links = active.map(({ row }) => ({ id: row.id, user_id: people.of(row)?.id ?? null }));
    await run(LINK, [environment_id, JSON.stringify(links)]);
  }
  await deprovision(
    ingest,
    changed.filter(({ state }) => state !== "active"),
  );
}

/** Takes away from people who left what they had through the directory: unless another one still has them. */
export async function deprovision(ingest: Ingest, gone: readonly DirectoryUserRow[]): Promise<void> {
  const userIds = gone.flatMap(({ user_id }) => user_id ?? []);
  if (userIds.length > 0) await shutOut(ingest, userIds);
}
