import { type Run, sql } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { NOT_SIGNED_OUT, PROFILE_COLUMNS, type ProfileRow } from "../sso/profile.ts";
import { findUser, findUserByEmail, insertUser, updateUser } from "../users/store.ts";
import { replaceUnprovenPassword } from "../users/unproven-password.ts";
import type { UserRow } from "../users/user.ts";
import { oauthError } from "../wire/errors.ts";
import type { Client } from "./client.ts";
import type { Redemption } from "./codes.ts";
import type { Proven } from "./proven.ts";

// As /sso/token redeems it, for a session in place of an access token.
const REDEEM = sql(
  "authentication_sso_redeem",
  `WITH redeemed AS (
     UPDATE identity.sign_in_grants SET redeemed_at = coalesce(redeemed_at, $5), redeemed_by = $4
     WHERE environment_id = $1 AND code_hash = $2 AND code_expires_at > $5 AND revoked_at IS NULL
       AND (redeemed_at IS NULL OR (redeemed_by = $4 AND redeemed_at > $5::timestamptz - interval '1 minute'))
       AND code_challenge IS NOT DISTINCT FROM $3
       AND ${NOT_SIGNED_OUT}
     RETURNING profile_id, idp_session_id)
   SELECT ${PROFILE_COLUMNS}, profile.user_id, redeemed.idp_session_id,
     EXISTS (SELECT FROM identity.organization_domains AS d WHERE d.organization_id = profile.organization_id
       AND d.state IN ('verified', 'legacy_verified') AND d.domain = split_part(lower(profile.email), '@', 2)) AS own_domain,
     coalesce(profile.raw_attributes ->> 'email_verified', '') = 'false' AS email_unverified
   FROM redeemed JOIN identity.profiles AS profile ON profile.id = redeemed.profile_id`,
);
const LINK = sql(
  "profile_link",
  "UPDATE identity.profiles SET user_id = $3 WHERE environment_id = $1 AND id = $2",
);

type SsoProfile = ProfileRow & {
  user_id: string | null;
  idp_session_id: string | null;
  /** The address is of a domain that the organization has verified. */
  own_domain: boolean;
  /** The provider says of itself that nobody has shown it to be theirs: people may write their own there. */
  email_unverified: boolean;
};

/** Uses up the code of an SSO sign-in. Null where there is none that is good. */
export async function redeemSsoCode(
  { db, clock }: Service,
  client: Client,
  { code, challenge, repeat }: Redemption,
): Promise<SsoProfile | null> {
  if (!client.confidential && challenge === null) return null;
  const values = [client.environmentId, hashSecret(code), challenge, repeat, clock()];
  return (await db.query<SsoProfile>(client.environmentId, REDEEM, values))[0] ?? null;
}

/**
 * Whom of user management a profile is. The word of an organization's identity provider is enough for addresses of the
 * organization's verified domains, unless it says itself that an address is not verified, and for whom it brought before; else
 * whoever has the mailbox has to confirm, or an identity provider could sign in as anybody.
 *
 * @throws WireError 400 `sign_up_not_allowed`
 */
export async function provenBySso(
  service: Service,
  client: Client,
  profile: SsoProfile,
  about: Pick<Proven, "invitationId" | "ipAddress" | "userAgent">,
): Promise<Proven> {
  const { environmentId, settings } = client;
  const vouched = profile.own_domain && !profile.email_unverified;
  return await service.db.transaction(environmentId, async (run) => {
    const user = await userOf(
      run,
      environmentId,
      profile,
      settings.authentication.sign_up || profile.own_domain,
    );
    const linked = profile.user_id === user.id || vouched;
    if (linked) await linkProfile(run, environmentId, profile.id, user);
    return {
      ...about,
      userId: user.id,
      method: "sso",
      organizationId: profile.organization_id,
      unlinkedProfileId: linked ? null : profile.id,
      vouchedOrganizationId: profile.organization_id,
      roleSlugs: profile.role_slugs,
      idpSessionId: profile.idp_session_id,
      secondFactor: false,
    };
  });
}

/** From now on the profile is this user, whose address is shown to be theirs. */
export async function linkProfile(
  run: Run,
  environmentId: string,
  profileId: string,
  user: UserRow,
): Promise<void> {
  await run(LINK, [environmentId, profileId, user.id]);
  if (user.email_verified) return;
  await replaceUnprovenPassword(run, environmentId, user);
  await updateUser(run, environmentId, user, { email_verified: true });
}

async function userOf(
  run: Run,
  environmentId: string,
  profile: SsoProfile,
  mayJoin: boolean,
): Promise<UserRow> {
  const linked = profile.user_id ? await findUser(run, environmentId, profile.user_id) : null;
  if (linked) return linked;
  const known = await findUserByEmail(run, environmentId, profile.email);
  if (known) return known;
  if (!mayJoin)
    throw oauthError("sign_up_not_allowed", "There is no such user, and signing up is not enabled.");
  const { email, first_name, last_name, name } = profile;
  const made = await insertUser(run, environmentId, {
    email,
    first_name,
    last_name,
    name,
    email_verified: profile.own_domain && !profile.email_unverified,
  });
  return made ?? (await userOf(run, environmentId, profile, mayJoin));
}
