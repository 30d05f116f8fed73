import { alone } from "../db.ts";
import { codeChallenge, hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { refreshSession } from "../sessions/refresh.ts";
import type { SessionRow } from "../sessions/session.ts";
import { revokeReplayed } from "../sso/replay.ts";
import { findUser } from "../users/store.ts";
import { oauthError } from "../wire/errors.ts";
import { answerWith } from "./answer.ts";
import type { Client } from "./client.ts";
import { invalidCode, redeemCode } from "./codes.ts";
import { provenByMagicCode, provenByPassword, requireNoSso } from "./first-proof.ts";
import type { Form } from "./form.ts";
import { invitationFor } from "./invitation.ts";
import { proveEmail, proveSecondFactor } from "./later-proofs.ts";
import { membershipStatus } from "./organizations.ts";
import { readPending } from "./pending.ts";
import { provenBySso, redeemSsoCode } from "./sso.ts";
import { proceed } from "./step-up.ts";
import { notAMember } from "./steps.ts";

type Answer = ReturnType<typeof answerWith>;

export interface Grant {
  /** Whether a browser or a command line, which has no API key, may use it. */
  open: boolean;
  carryOut(service: Service, client: Client, form: Form): Answer;
}

const PREFIX = "urn:workos:oauth:grant-type:";

/** Each way to a session, by its `grant_type`. */
export const GRANTS: Readonly<Record<string, Grant>> = {
  authorization_code: { open: true, carryOut: byCode },
  refresh_token: { open: true, carryOut: byRefreshToken },
  password: { open: false, carryOut: byPassword },
  [`${PREFIX}magic-auth:code`]: { open: false, carryOut: byMagicCode },
  [`${PREFIX}email-verification:code`]: { open: false, carryOut: byEmailVerification },
  [`${PREFIX}mfa-totp`]: { open: false, carryOut: bySecondFactor },
  [`${PREFIX}organization-selection`]: { open: false, carryOut: byOrganization },
};

async function byCode(service: Service, client: Client, form: Form): Answer {
  const code = form.required("code");
  const verifier = form.optional("code_verifier");
  const redemption = { code, challenge: verifier ? codeChallenge(verifier) : null, repeat: form.repeat };
  const redeemed = await redeemCode(service, client, redemption);
  if (redeemed) return await answerWith(service, client, redeemed);
  const profile = await redeemSsoCode(service, client, redemption);
  if (!profile) {
    await revokeReplayed(service, client.environmentId, hashSecret(code));
    throw invalidCode(code);
  }
  const { ipAddress, userAgent } = form;
  const invitation = await invitationFor(
    service,
    client.environmentId,
    form.optional("invitation_token"),
    profile.email,
  );
  const about = { invitationId: invitation?.id ?? null, ipAddress, userAgent };
  return await proceed(service, client, await provenBySso(service, client, profile, about));
}

async function byPassword(service: Service, client: Client, form: Form): Answer {
  const claim = await readClaim(service, client, form);
  return await proceed(
    service,
    client,
    await provenByPassword(service, client, claim, form.required("password")),
  );
}

async function byMagicCode(service: Service, client: Client, form: Form): Answer {
  const claim = await readClaim(service, client, form);
  return await proceed(
    service,
    client,
    await provenByMagicCode(service, client, claim, form.required("code")),
  );
}

async function readClaim(service: Service, client: Client, form: Form) {
  const { ipAddress, userAgent } = form;
  const email = form.required("email").trim();
  const invitation = await invitationFor(
    service,
    client.environmentId,
    form.optional("invitation_token"),
    email,
  );
  return { email, invitation, organizationId: null, ipAddress, userAgent };
}

async function byEmailVerification(service: Service, client: Client, form: Form): Answer {
  const pending = await readPending(
    service,
    client.environmentId,
    form.required("pending_authentication_token"),
  );
  const proven = await proveEmail(service, client, pending.proven, form.required("code"));
  return await proceed(service, client, proven, pending.id);
}

async function bySecondFactor(service: Service, client: Client, form: Form): Answer {
  const pending = await readPending(
    service,
    client.environmentId,
    form.required("pending_authentication_token"),
  );
  const proven = await proveSecondFactor(service, client, pending.proven, {
    challengeId: form.required("authentication_challenge_id"),
    code: form.required("code"),
  });
  return await proceed(service, client, proven, pending.id);
}

async function byOrganization(service: Service, client: Client, form: Form): Answer {
  const pending = await readPending(
    service,
    client.environmentId,
    form.required("pending_authentication_token"),
  );
  const organizationId = form.required("organization_id");
  return await proceed(service, client, { ...pending.proven, organizationId }, pending.id);
}

async function byRefreshToken(service: Service, client: Client, form: Form): Answer {
  const wanted = form.optional("organization_id") ?? null;
  const refreshed = await refreshSession(service, client.environmentId, client.settings, {
    token: form.required("refresh_token"),
    repeat: form.repeat,
    organization: async (run, session) => {
      const organizationId = wanted ?? session.organization_id;
      if (organizationId === null) return null;
      const { environmentId } = client;
      const status = await membershipStatus(run, environmentId, session.user_id, organizationId);
      if (status !== "active") throw notAMember(organizationId);
      if (organizationId !== session.organization_id) await requireSsoNotBypassed(service, client, session);
      return organizationId;
    },
  });
  return await answerWith(service, client, refreshed);
}

/** Switching to an organization must not lead around its identity provider. */
async function requireSsoNotBypassed(service: Service, client: Client, session: SessionRow): Promise<void> {
  if (session.auth_method === "sso" || session.impersonator) return;
  const { db } = service;
  const user = await findUser(alone(db, client.environmentId), client.environmentId, session.user_id);
  if (!user) throw oauthError("invalid_grant", "The user of this session is gone.");
  await requireNoSso(service, client, user.email);
}
