import { randomUUID } from "node:crypto";
import { SignJWT } from "jose";
import { type Run, sql } from "../db.ts";
import type { EnvironmentSettings } from "../environments/settings.ts";
import { flagsInToken } from "../feature-flags/evaluation.ts";
import { addedClaims } from "../jwt-template/claims.ts";
import { currentSigningKey, privateKeyOf } from "../keys/signing-keys.ts";
import type { Service } from "../service.ts";
import type { UserRow } from "../users/user.ts";
import type { SessionRow } from "./session.ts";

const STANDING = sql(
  "session_standing",
  `SELECT member.role_slugs, to_json(member) AS membership, organization.id AS organization_id, organization.name, organization.external_id,
     organization.metadata,
     ARRAY(SELECT DISTINCT permission.slug FROM identity.roles AS role
       JOIN identity.role_permissions AS held ON held.role_id = role.id
       JOIN identity.permissions AS permission ON permission.id = held.permission_id
       WHERE role.environment_id = $1 AND role.slug = ANY (member.role_slugs)
         AND (role.organization_id IS NULL OR role.organization_id = $3) ORDER BY 1) AS permissions
   FROM identity.organization_memberships AS member JOIN identity.organizations AS organization ON organization.id = member.organization_id
   WHERE member.environment_id = $1 AND member.user_id = $2 AND member.organization_id = $3 AND member.status = 'active'`,
);

/** What somebody is in the organization they are signed in to. */
export interface Standing {
  role_slugs: string[];
  permissions: string[];
  membership: { id: string; role_slugs: string[]; custom_attributes: Record<string, unknown> };
  organization_id: string;
  name: string;
  external_id: string | null;
  metadata: Record<string, string>;
}

export async function standingOf(
  run: Run,
  environmentId: string,
  userId: string,
  organizationId: string | null,
): Promise<Standing | null> {
  if (organizationId === null) return null;
  return (await run<Standing>(STANDING, [environmentId, userId, organizationId]))[0] ?? null;
}

export interface TokenSubject {
  environmentId: string;
  clientId: string;
  issuer: string;
  settings: EnvironmentSettings;
  session: SessionRow;
  user: UserRow;
  standing: Standing | null;
}

/** A signed access token (RFC 9068 in spirit, with the claims that applications of WorkOS read). */
export async function accessToken(service: Service, subject: TokenSubject): Promise<string> {
  const { environmentId, session, user, standing, settings } = subject;
  const [key, added, featureFlags] = await Promise.all([
    currentSigningKey(service, environmentId, "token"),
    addedClaims(service.db, environmentId, { user, standing }),
    flagsInToken(service.db, environmentId, user.id, standing?.organization_id ?? null),
  ]);
  const now = Math.floor(service.clock().getTime() / 1_000);
  const organization = standing && {
    org_id: standing.organization_id,
    role: standing.role_slugs[0],
    roles: standing.role_slugs,
    permissions: standing.permissions,
  };
  const claims = {
    ...added,
    sid: session.id,
    client_id: subject.clientId,
    auth_time: Math.floor((session.signed_in_at ?? session.created_at).getTime() / 1_000),
    ...organization,
    feature_flags: featureFlags,
    ...(session.impersonator ? { act: { sub: session.impersonator.email } } : {}),
  };
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: key.id, typ: "JWT" })
    .setIssuer(subject.issuer)
    .setSubject(user.id)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + settings.sessions.access_token_seconds)
    .sign(privateKeyOf(service, environmentId, key));
}
