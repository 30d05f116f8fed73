import { type Database, sql } from "../db.ts";
import type { UserRow } from "./user.ts";

// By e-mail address, as everything that signs in is matched with its user.
const OAUTH = sql(
  "user_identities",
  `SELECT profile.idp_id, connection.connection_type FROM identity.connections AS connection
   JOIN identity.profiles AS profile ON profile.connection_id = connection.id
   WHERE connection.environment_id = $1 AND connection.connection_type LIKE '%OAuth' AND lower(profile.email) = $2
   ORDER BY profile.id LIMIT 100`,
);

/** Who a user is at OAuth providers. Identity providers of organizations are none of these. */
export async function listIdentities(db: Database, environmentId: string, { email_key }: UserRow) {
  const rows = await db.query<{ idp_id: string; connection_type: string }>(environmentId, OAUTH, [
    environmentId,
    email_key,
  ]);
  return rows.map(({ idp_id, connection_type }) => ({
    idp_id,
    type: "OAuth" as const,
    // Spelled here as nowhere else.
    provider: connection_type === "GitHubOAuth" ? "GithubOAuth" : connection_type,
  }));
}
