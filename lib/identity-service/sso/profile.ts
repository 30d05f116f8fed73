import type { FastifyRequest } from "fastify";
import { EVERY_ENVIRONMENT, hotSql } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";

export interface ProfileRow {
  id: string;
  organization_id: string | null;
  connection_id: string;
  connection_type: string;
  idp_id: string;
  email: string;
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  groups: string[];
  custom_attributes: Record<string, unknown>;
  raw_attributes: Record<string, unknown>;
  role_slugs: string[] | null;
}

export const PROFILE_COLUMNS = `profile.id, profile.organization_id, profile.connection_id, profile.connection_type, profile.idp_id,
  profile.email, profile.first_name, profile.last_name, profile.name, profile.groups, profile.custom_attributes, profile.raw_attributes,
  profile.role_slugs`;

/**
 * Of a grant: it is worth nothing once the person has signed out at their identity provider. Asked as one value: as NOT EXISTS,
 * PostgreSQL reads the whole table for it where it plans while the table is small.
 */
export const NOT_SIGNED_OUT =
  "(SELECT idp.ended_at FROM identity.idp_sessions AS idp WHERE idp.id = idp_session_id) IS NULL";

// Looked up across environments: the token is what says which one.
const FIND = hotSql(
  "profile_by_token",
  `SELECT ${PROFILE_COLUMNS} FROM identity.sign_in_grants AS token JOIN identity.profiles AS profile ON profile.id = token.profile_id
   WHERE token.token_hash = $1 AND token.token_expires_at > $2 AND token.revoked_at IS NULL
     AND ${NOT_SIGNED_OUT}`,
);

/** GET /sso/profile */
export async function profileOfToken({ db, clock }: Service, request: FastifyRequest) {
  const token = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? "")?.[1];
  const values = [hashSecret(token ?? ""), clock()];
  const [row] = token ? await db.query<ProfileRow>(EVERY_ENVIRONMENT, FIND, values) : [];
  if (!row) throw new WireError(401, { error: "Unauthorized" });
  return profileToWire(row);
}

export function profileToWire(row: ProfileRow) {
  return {
    object: "profile" as const,
    id: row.id,
    organization_id: row.organization_id,
    connection_id: row.connection_id,
    connection_type: row.connection_type,
    idp_id: row.idp_id,
    email: row.email,
    first_name: row.first_name,
    last_name: row.last_name,
    name: row.name,
    role: row.role_slugs?.[0] === undefined ? null : { slug: row.role_slugs[0] },
    roles: row.role_slugs?.map((slug) => ({ slug })) ?? null,
    groups: row.groups,
    custom_attributes: row.custom_attributes,
    raw_attributes: row.raw_attributes,
  };
}
