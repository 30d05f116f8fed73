import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { type Run, sql } from "../db.ts";
import type { UserRow } from "../users/user.ts";
import { refused } from "../wire/errors.ts";
import { PinnedId } from "./pinned.ts";

/**
 * Who a user is at an identity provider: at an OAuth provider as WorkOS's API shows it, or at the one behind a connection.
 * With the profile's id, applications that know people by their profile find them again.
 */
export const Identity = z
  .object({
    idp_id: z.string().min(1).max(1_000),
    provider: z.string().max(100).optional(),
    connection_id: z.string().max(100).optional(),
    profile_id: PinnedId("prof").optional(),
  })
  .refine(({ provider, connection_id }) => (provider === undefined) !== (connection_id === undefined), {
    path: ["provider"],
    message: "Give either provider or connection_id.",
  });
type Identity = z.infer<typeof Identity>;

interface ConnectionRow {
  id: string;
  connection_type: string;
  organization_id: string | null;
}

const CONNECTIONS = sql(
  "import_identity_connections",
  `SELECT id, connection_type, organization_id FROM identity.connections
   WHERE environment_id = $1 AND (id = $2 OR ($3 LIKE '%OAuth' AND connection_type = $3)) ORDER BY id LIMIT 2 FOR KEY SHARE`,
);
const INSERT = sql(
  "import_identity",
  `INSERT INTO identity.profiles (id, environment_id, connection_id, organization_id, connection_type, idp_id, email,
     first_name, last_name, name, user_id, last_signed_in_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (connection_id, idp_id) DO NOTHING RETURNING id`,
);

/** The user is known by this identity from the first sign-in on, without having to prove the e-mail address again. */
export async function insertIdentity(
  run: Run,
  environmentId: string,
  user: UserRow,
  identity: Identity,
): Promise<void> {
  const connection = await connectionOf(run, environmentId, identity);
  const made = await run(INSERT, [
    identity.profile_id ?? newId("prof"),
    environmentId,
    connection.id,
    connection.organization_id,
    connection.connection_type,
    identity.idp_id,
    user.email,
    user.first_name,
    user.last_name,
    user.name,
    user.id,
    user.last_sign_in_at ?? user.created_at,
  ]);
  if (made.length === 0)
    throw refused(409, `Somebody else is '${identity.idp_id}' at this provider.`, "identity_already_exists");
}

async function connectionOf(
  run: Run,
  environmentId: string,
  { provider, connection_id }: Identity,
): Promise<ConnectionRow> {
  // The list of a user's identities is the one place that spells it so.
  const type = provider === "GithubOAuth" ? "GitHubOAuth" : (provider ?? null);
  const [connection, another] = await run<ConnectionRow>(CONNECTIONS, [
    environmentId,
    connection_id ?? null,
    type,
  ]);
  const named = provider ?? connection_id;
  if (!connection)
    throw refused(422, `There is no connection for '${named}': import it first.`, "connection_not_found");
  if (another)
    throw refused(
      422,
      `There are several connections for '${named}': give connection_id.`,
      "ambiguous_connection",
    );
  return connection;
}
