import { alone } from "../db.ts";
import type { FactorRow } from "../factors/factor.ts";
import { confirmedFactors } from "../factors/store.ts";
import type { Service } from "../service.ts";
import { getUser } from "../users/store.ts";
import type { UserRow } from "../users/user.ts";
import { oauthError } from "../wire/errors.ts";
import type { Client } from "./client.ts";
import { activeOrganizations, membershipStatus, type OrganizationChoice } from "./organizations.ts";
import type { Proven } from "./proven.ts";

/** What somebody is asked next, or that nothing is left to ask. */
export type Step =
  | { kind: "email_verification"; user: UserRow }
  | { kind: "mfa_challenge"; user: UserRow; factors: FactorRow[] }
  | { kind: "mfa_enrollment"; user: UserRow }
  | { kind: "organization_selection"; user: UserRow; organizations: OrganizationChoice[] }
  | { kind: "done"; user: UserRow; organizationId: string | null };

/** The questions behind the first proof, in their order. Both the API and the hosted pages ask by it. */
export async function nextStep(service: Service, client: Client, proven: Proven): Promise<Step> {
  const { db } = service;
  const { environmentId, settings } = client;
  const user = await getUser(db, environmentId, proven.userId);
  const unproven = !user.email_verified && settings.authentication.email_verification;
  if (proven.unlinkedProfileId !== null || (unproven && proven.method !== "impersonation"))
    return { kind: "email_verification", user };
  const ownFactors = proven.method === "password" || proven.method === "magic_code";
  if (ownFactors && !proven.secondFactor) {
    const factors = await confirmedFactors(db, environmentId, user.id);
    if (factors.length > 0) return { kind: "mfa_challenge", user, factors };
    if (settings.authentication.second_factor === "required") return { kind: "mfa_enrollment", user };
  }
  return await chooseOrganization(service, environmentId, user, proven);
}

/**
 * An invitation leads to its organization; then what was asked for counts; then the only one there is. Who has several is
 * asked, who has none is signed in to none.
 *
 * @throws WireError 400 `organization_membership_not_found`
 */
async function chooseOrganization(
  { db }: Service,
  environmentId: string,
  user: UserRow,
  { organizationId, invitationId, vouchedOrganizationId }: Proven,
): Promise<Step> {
  const run = alone(db, environmentId);
  if (organizationId !== null) {
    const status = await membershipStatus(run, environmentId, user.id, organizationId);
    // An identity provider makes members of its people, in its own organization; it does not bring back whom somebody shut out.
    const vouched = vouchedOrganizationId === organizationId;
    const admitted = invitationId !== null || (vouched && status !== "inactive");
    if (status !== "active" && !admitted) throw notAMember(organizationId);
    return { kind: "done", user, organizationId };
  }
  if (invitationId !== null) return { kind: "done", user, organizationId: null };
  const organizations = await activeOrganizations(run, environmentId, user.id);
  const [only, another] = organizations;
  if (another) return { kind: "organization_selection", user, organizations };
  return { kind: "done", user, organizationId: only?.id ?? null };
}

export function notAMember(organizationId: string) {
  return oauthError(
    "organization_membership_not_found",
    `The user is no active member of the organization '${organizationId}'.`,
  );
}
