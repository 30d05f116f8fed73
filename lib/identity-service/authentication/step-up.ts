import type { CodeRow } from "../one-time/code.ts";
import { latestCode } from "../one-time/codes.ts";
import { sendVerificationCode } from "../one-time/email-verification.ts";
import type { Service } from "../service.ts";
import { insertRefreshToken, insertSession } from "../sessions/store.ts";
import { type UserRow, userToWire } from "../users/user.ts";
import { WireError } from "../wire/errors.ts";
import { admit } from "./admit.ts";
import { answerWith } from "./answer.ts";
import type { Client } from "./client.ts";
import { finishPending, keepPending } from "./pending.ts";
import type { Proven } from "./proven.ts";
import { nextStep, type Step } from "./steps.ts";

/**
 * Goes on from what is proven: to a session, or to the refusal that says what is asked next and carries the token to
 * answer with. `pendingId` is the token's that led here, good for this one step.
 *
 * @throws WireError 403 for each step that is left.
 */
export async function proceed(
  service: Service,
  client: Client,
  proven: Proven,
  pendingId: string | null = null,
) {
  const { db } = service;
  const { environmentId, settings } = client;
  const step = await nextStep(service, client, proven);
  if (step.kind === "done") {
    const started = await db.transaction(environmentId, async (run) => {
      if (pendingId) await finishPending(service, run, environmentId, pendingId);
      const user = await admit(service, run, environmentId, proven, step.organizationId);
      const { method, ipAddress, userAgent } = proven;
      const session = await insertSession(service, run, environmentId, settings, {
        userId: user.id,
        organizationId: step.organizationId,
        method,
        idpSessionId: proven.idpSessionId,
        ipAddress,
        userAgent,
        impersonator: null,
      });
      return {
        session,
        refreshToken: await insertRefreshToken(service, run, environmentId, settings, session),
      };
    });
    return await answerWith(service, client, started);
  }
  const verification =
    step.kind === "email_verification" ? await verificationFor(service, environmentId, step.user) : null;
  const token = await db.transaction(environmentId, async (run) => {
    if (pendingId) await finishPending(service, run, environmentId, pendingId);
    return await keepPending(service, run, environmentId, proven);
  });
  throw stepUp(step, token, verification);
}

/** The code that was sent to a user, or is sent now. A new one with each try would only fill their mailbox. */
export async function verificationFor(
  service: Service,
  environmentId: string,
  user: UserRow,
): Promise<CodeRow> {
  const now = service.clock();
  const sent = await latestCode(service.db, environmentId, user.id, "email_verification");
  const good = sent && sent.used_at === null && sent.expires_at > now && sent.email === user.email;
  if (good && sent.attempts === 0) return sent;
  return await sendVerificationCode(service, environmentId, user);
}

function stepUp(
  step: Exclude<Step, { kind: "done" }>,
  token: string,
  verification: CodeRow | null,
): WireError {
  const asks = { pending_authentication_token: token };
  switch (step.kind) {
    case "email_verification":
      return new WireError(403, {
        code: "email_verification_required",
        message: "Email ownership must be verified before authentication.",
        ...asks,
        email: step.user.email,
        email_verification_id: verification?.id,
      });
    case "mfa_challenge":
      return new WireError(403, {
        code: "mfa_challenge",
        message: "The user must complete an MFA challenge to finish authenticating.",
        ...asks,
        user: userToWire(step.user),
        authentication_factors: step.factors.map(({ id }) => ({ id, type: "totp" })),
      });
    case "mfa_enrollment":
      return new WireError(403, {
        code: "mfa_enrollment",
        message: "The user must enroll in MFA to finish authenticating.",
        ...asks,
        user: userToWire(step.user),
      });
    case "organization_selection":
      return new WireError(403, {
        code: "organization_selection_required",
        message: "The user must choose an organization to finish their authentication.",
        ...asks,
        user: userToWire(step.user),
        organizations: step.organizations,
      });
  }
}
