import { type Run, sql } from "../db.ts";
import { emailKey } from "../wire/email.ts";

const ACTIVE = sql(
  "authentication_organizations",
  `SELECT organization.id, organization.name FROM identity.organization_memberships AS member
   JOIN identity.organizations AS organization ON organization.id = member.organization_id
   WHERE member.environment_id = $1 AND member.user_id = $2 AND member.status = 'active' ORDER BY member.id LIMIT 200`,
);
const MEMBER = sql(
  "authentication_member",
  `SELECT status FROM identity.organization_memberships WHERE environment_id = $1 AND user_id = $2 AND organization_id = $3`,
);
// Somebody whose address is an organization's, where that has an identity provider, signs in there.
const SSO = sql(
  "authentication_sso_of_domain",
  `SELECT connection.id, connection.organization_id FROM identity.organization_domains AS domain
   JOIN identity.connections AS connection ON connection.organization_id = domain.organization_id
   WHERE domain.environment_id = $1 AND domain.domain = $2 AND domain.state IN ('verified', 'legacy_verified')
     AND connection.state = 'active' ORDER BY connection.id LIMIT 20`,
);

export interface OrganizationChoice {
  id: string;
  name: string;
}

export async function activeOrganizations(
  run: Run,
  environmentId: string,
  userId: string,
): Promise<OrganizationChoice[]> {
  return await run<{ id: string; name: string }>(ACTIVE, [environmentId, userId]);
}

export async function membershipStatus(
  run: Run,
  environmentId: string,
  userId: string,
  organizationId: string,
): Promise<"active" | "inactive" | "pending" | null> {
  type Found = { status: "active" | "inactive" | "pending" };
  return (await run<Found>(MEMBER, [environmentId, userId, organizationId]))[0]?.status ?? null;
}

/** The active connections that the domain of an e-mail address belongs to. */
export async function connectionsOfDomain(
  run: Run,
  environmentId: string,
  email: string,
): Promise<{ id: string; organization_id: string }[]> {
  const domain = emailKey(email.slice(email.lastIndexOf("@") + 1));
  return await run<{ id: string; organization_id: string }>(SSO, [environmentId, domain]);
}
