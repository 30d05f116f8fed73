import { MINUTE_MS } from "#lib/shared/clock.ts";
import { provenByMagicCode, provenByPassword } from "../authentication/first-proof.ts";
import { proveEmail, proveSecondFactor } from "../authentication/later-proofs.ts";
import { activeOrganizations, connectionsOfDomain } from "../authentication/organizations.ts";
import type { Proven } from "../authentication/proven.ts";
import { alone } from "../db.ts";
import { type InvitationRow, stateOf } from "../invitations/invitation.ts";
import { getInvitation } from "../invitations/store.ts";
import { sendVerificationCode } from "../one-time/email-verification.ts";
import { sendMagicCode } from "../one-time/magic-auth.ts";
import { sendPasswordReset } from "../one-time/password-reset.ts";
import type { Service } from "../service.ts";
import { createUser } from "../users/commands.ts";
import { Email } from "../users/input.ts";
import { hashPassword } from "../users/password.ts";
import { requireStrongPassword } from "../users/password-strength.ts";
import { findUserByEmail, getUser } from "../users/store.ts";
import { emailKey } from "../wire/email.ts";
import { oauthError, refused, WireError } from "../wire/errors.ts";
import { networkOf } from "../wire/network.ts";
import { spend } from "../wire/rate-limit.ts";
import { type Flow, saveFlow } from "./flow.ts";

/** What a person entered, as text. */
export type Entered = (name: string) => string;
type Action = (service: Service, flow: Flow, entered: Entered) => Promise<Flow>;

/** What a form of the pages does, by its `action`. Each returns the sign-in as it is then. @throws WireError for the person to read. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  identify: async (service, flow, entered) =>
    saveFlow(service, {
      ...flow,
      email: readEmail(entered("email")),
      asked: { ...flow.asked, chosenPasswordHash: null },
    }),
  restart: async (service, flow) =>
    saveFlow(service, {
      ...flow,
      email: null,
      proven: null,
      asked: {
        ...flow.asked,
        codeSent: false,
        chosenPasswordHash: null,
        challengeId: null,
        factorId: null,
        loginHint: null,
        remembered: null,
      },
    }),
  password: async (service, flow, entered) =>
    saveFlow(service, {
      ...flow,
      proven: await provenByPassword(service, flow.client, await claimOf(service, flow), entered("password")),
    }),
  "send-code": sendCode,
  code: async (service, flow, entered) =>
    saveFlow(service, {
      ...flow,
      proven: await provenByMagicCode(service, flow.client, await claimOf(service, flow), entered("code")),
    }),
  "sign-up": signUp,
  "verify-email": async (service, flow, entered) =>
    saveFlow(service, {
      ...flow,
      proven: await proveEmail(service, flow.client, provenIn(flow), entered("code")),
    }),
  resend: async (service, flow) => {
    const { environmentId } = flow.client;
    await sendVerificationCode(
      service,
      environmentId,
      await getUser(service.db, environmentId, provenIn(flow).userId),
    );
    return flow;
  },
  "second-factor": async (service, flow, entered) => {
    const challengeId = flow.asked.challengeId ?? "";
    const answer = { challengeId, code: entered("code") };
    return await saveFlow(service, {
      ...flow,
      proven: await proveSecondFactor(service, flow.client, provenIn(flow), answer),
    });
  },
  organization: async (service, flow, entered) => {
    const proven = provenIn(flow);
    const { environmentId } = flow.client;
    const own = await activeOrganizations(alone(service.db, environmentId), environmentId, proven.userId);
    const chosen = own.find(({ id }) => id === entered("organization_id"));
    if (!chosen) throw refused(400, "Choose one of these organizations.");
    return await saveFlow(service, { ...flow, proven: { ...proven, organizationId: chosen.id } });
  },
};

/** The connection that a person's domain signs in through; null where they sign in here. */
export async function ssoOf(service: Service, flow: Flow): Promise<string | null> {
  if (!flow.email) return null;
  const { environmentId } = flow.client;
  const connections = await connectionsOfDomain(alone(service.db, environmentId), environmentId, flow.email);
  const wanted = connections.find(({ organization_id }) => organization_id === flow.organizationId);
  return (wanted ?? connections[0])?.id ?? null;
}

async function claimOf(service: Service, flow: Flow) {
  const { email, client, asked, invitationId, organizationId, ipAddress, userAgent } = flow;
  if (!email) throw refused(400, "Enter your e-mail address first.");
  const invitation = invitationId
    ? await invitationOf(service, client.environmentId, invitationId, email)
    : null;
  const { chosenPasswordHash } = asked;
  return { email, invitation, organizationId, chosenPasswordHash, ipAddress, userAgent };
}

/** The invitation that the person came with, while it is good and for this address. */
async function invitationOf(
  { db, clock }: Service,
  environmentId: string,
  id: string,
  email: string,
): Promise<InvitationRow | null> {
  const row = await getInvitation(db, environmentId, id);
  return row.email_key === emailKey(email) && stateOf(row, clock()) === "pending" ? row : null;
}

const SENDS_FROM_ADDRESS = { count: 30, windowMs: MINUTE_MS };

/** Each recipient has limits of their own; nobody is to go through a list of them from here either. */
async function requireSendFromAllowed({ db }: Service, { client, ipAddress }: Flow): Promise<void> {
  await spend(db, client.environmentId, `send_from:${networkOf(ipAddress ?? "")}`, SENDS_FROM_ADDRESS);
}

/** What is said is the same whether or not anybody has the address. */
async function sendCode(service: Service, flow: Flow): Promise<Flow> {
  await requireSendFromAllowed(service, flow);
  const { client } = flow;
  const { email, invitation, ipAddress } = await claimOf(service, flow);
  const wanted = { email, askedFrom: ipAddress, invitation };
  await sendMagicCode(service, client.environmentId, wanted).catch((error: unknown) => {
    if (!(error instanceof WireError && error.body.error === "sign_up_not_allowed")) throw error;
  });
  return await saveFlow(service, { ...flow, asked: { ...flow.asked, codeSent: true } });
}

const SIGN_UPS = { count: 20, windowMs: MINUTE_MS };

/**
 * Makes an account. Where the address has one already, nothing is said of it: a code to sign in with is sent there, and
 * the page that follows is the same. The password is the account's when the code is entered, not before: else whoever signs
 * up with another's address would have set the password of whoever proves it later.
 */
async function signUp(service: Service, flow: Flow, entered: Entered): Promise<Flow> {
  const { environmentId, settings } = flow.client;
  const email = readEmail(entered("email"));
  const { invitation } = await claimOf(service, { ...flow, email });
  if (!settings.authentication.sign_up && !invitation)
    throw oauthError("sign_up_not_allowed", "Accounts are made by the administrators of this application.");
  await spend(service.db, environmentId, `sign_up:${networkOf(flow.ipAddress ?? "")}`, SIGN_UPS);
  const password = settings.authentication.password ? entered("password") : undefined;
  if (password !== undefined)
    requireStrongPassword(password, { email, minimumLength: settings.password.minimum_length });
  const known = await findUserByEmail(alone(service.db, environmentId), environmentId, email);
  const byCode = settings.authentication.magic_auth;
  if (!known) {
    const names = { first_name: entered("first_name") || null, last_name: entered("last_name") || null };
    const made = { email, ...names, ...(password === undefined || byCode ? {} : { password }) };
    await createUser(service.db, environmentId, made);
  }
  if (byCode) {
    const chosenPasswordHash = password === undefined ? null : await hashPassword(password);
    return await sendCode(service, { ...flow, email, asked: { ...flow.asked, chosenPasswordHash } });
  }
  // Without codes only a password is left to tell one's own account from another's.
  const proven = await provenByPassword(
    service,
    flow.client,
    await claimOf(service, { ...flow, email }),
    password ?? "",
  );
  return await saveFlow(service, { ...flow, email, proven });
}

/** Sends a link to set a new password, and says the same for whoever has no account. */
export async function sendReset(service: Service, flow: Flow): Promise<void> {
  await requireSendFromAllowed(service, flow);
  const { email } = await claimOf(service, flow);
  await sendPasswordReset(service, flow.client.environmentId, email).catch((error: unknown) => {
    if (!(error instanceof WireError && error.status === 404)) throw error;
  });
}

function provenIn({ proven }: Flow): Proven {
  if (!proven) throw refused(400, "Sign in first.");
  return proven;
}

function readEmail(text: string): string {
  const email = Email.safeParse(text);
  if (!email.success) throw refused(400, "Enter an e-mail address.");
  return email.data;
}
