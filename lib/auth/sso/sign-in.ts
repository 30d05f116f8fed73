import "server-only";
import { acceptInvitationBySso } from "#lib/people/joining.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { log } from "#lib/platform/log.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { Visitor } from "../sessions.ts";
import { byAddress, type Kept, note, PERSON, refuse, type SigningIn, signedIn } from "../sign-in.ts";
import { countAttempt, forgiveAttempt } from "../throttle.ts";
import { type Purpose, type SsoAttempt, spendSsoAttempt, startSsoAttempt } from "./attempts.ts";
import { environmentUrl, redeemAtEnvironment } from "./environment.ts";
import { oidcUrl, redeemOidc } from "./oidc.ts";
import { type Assertion, PROVIDER, providerOf, unavailable } from "./provider.ts";

/** Where to send the browser, and the secret it keeps meanwhile. */
export interface Departure {
  url: URL;
  browser: Kept;
}

/** Sends a browser to a provider. Counted like a password, for each writes a row. */
export async function startSso(
  providerId: string,
  purpose: Purpose,
  visitor: Visitor,
  now: Date,
): Promise<Departure> {
  await countAttempt(byAddress("sign_in_address", visitor), now);
  const started = await asSystem("who signs in is not known yet", async (tx) => {
    const where = { id: providerId, enabled: true };
    const row = await tx.ssoProvider.findFirst({ where, select: PROVIDER });
    return row && { provider: providerOf(row), ...(await startSsoAttempt(tx, row.id, purpose, now)) };
  });
  if (!started) throw new AppError("not_found", "There is no such provider.");
  const { provider, state, secrets, browser } = started;
  const leave =
    provider.kind === "oidc" ? oidcUrl(provider, state, secrets) : environmentUrl(provider, state, secrets);
  const url = await leave.catch((error: unknown) => {
    log().warn({ reason: reasonOf(error), providerId }, "an SSO provider could not be asked");
    throw unavailable(provider.name);
  });
  return { url, browser };
}

export interface Arrival {
  session: Kept;
  next: string;
}

/**
 * Ends a sign-in by SSO. Everything that can be wrong is told alike, for the sentence is read by whoever tries; why is in
 * the audit log and in the program's log.
 */
export async function finishSso(
  answer: URLSearchParams,
  browser: string | null,
  visitor: Visitor,
  now: Date,
): Promise<Arrival> {
  const counted = byAddress("sign_in_address", visitor);
  await countAttempt(counted, now);
  const state = answer.get("state") ?? "";
  const attempt = await asSystem("who signs in is not known yet", (tx) =>
    spendSsoAttempt(tx, state, browser, now),
  );
  if (!attempt) return await refused(null, "sso_state", visitor);
  const assertion = await redeem(attempt, answer, state).catch((error: unknown) => {
    log().warn(
      { reason: reasonOf(error), providerId: attempt.provider.id },
      "a sign-in by SSO was not believed",
    );
    return null;
  });
  if (!assertion) return await refused(null, "sso_answer", visitor);
  const outcome = await asSystem("the provider has said who it is", async (tx) => {
    const found = await findPerson(tx, attempt, assertion, visitor, now);
    if (found.refusal !== null) return found;
    if (found.isNew) await link(tx, found.person, attempt.provider, assertion.subject, visitor);
    // Its departure was counted, and so was its return.
    await forgiveAttempt(tx, [...counted, ...counted]);
    const how = { method: "sso", secondFactor: false, provider: attempt.provider.name } as const;
    return { ...(await signedIn(tx, found.person, how, visitor, now)), refusal: null };
  });
  if (outcome.refusal !== null) return await refused(outcome.person, outcome.refusal, visitor);
  return { session: outcome.session, next: attempt.next };
}

function redeem({ provider, ...secrets }: SsoAttempt, answer: URLSearchParams, state: string) {
  return provider.kind === "oidc"
    ? redeemOidc(provider, answer, state, secrets)
    : redeemAtEnvironment(provider, answer, secrets);
}

type Found =
  | { person: SigningIn; isNew: boolean; refusal: null }
  | { person: SigningIn | null; refusal: string };

/**
 * The person of this console whom the assertion is about. Whoever is not linked yet is found by the address the provider
 * vouches for, once: a second account of the provider with the same address is an address that changed hands.
 */
async function findPerson(
  tx: Tx,
  { provider: { id: providerId }, invitation }: SsoAttempt,
  { subject, email, name }: Assertion,
  visitor: Visitor,
  now: Date,
): Promise<Found> {
  const where = { providerId_subject: { providerId, subject } };
  const person = { select: { ...PERSON, status: true } };
  const linked = await tx.ssoIdentity.findUnique({ where, select: { person } });
  if (linked) return letIn(linked.person, false);
  if (email === null) return { person: null, refusal: "sso_email_not_verified" };
  const known = await tx.person.findUnique({ where: { email }, ...person });
  if (!known && invitation !== null)
    return await joinBySso(tx, invitation, { email, name: name ?? email }, visitor, now);
  if (!known) return { person: null, refusal: "sso_unknown_person" };
  // Locked, so that of two accounts that come at once the second sees the first one's link.
  await tx.$queryRaw`SELECT id FROM console.people WHERE id = ${known.id} FOR UPDATE`;
  const others = await tx.ssoIdentity.count({ where: { providerId, personId: known.id } });
  return others > 0 ? { person: known, refusal: "sso_other_subject" } : letIn(known, true);
}

/** Whoever was invited joins under the address the invitation is for, and no other. */
async function joinBySso(
  tx: Tx,
  invitation: string,
  who: { email: string; name: string },
  visitor: Visitor,
  now: Date,
): Promise<Found> {
  const person = await acceptInvitationBySso(tx, invitation, who, visitor, now);
  return person ? { person, isNew: true, refusal: null } : { person: null, refusal: "sso_not_invited" };
}

function letIn(person: SigningIn & { status: string }, isNew: boolean): Found {
  if (person.status !== "active") return { person, refusal: "suspended" };
  return { person, isNew, refusal: null };
}

async function link(
  tx: Tx,
  person: SigningIn,
  provider: { id: string; name: string },
  subject: string,
  visitor: Visitor,
): Promise<void> {
  const data = { providerId: provider.id, subject, personId: person.id };
  await tx.ssoIdentity.create({ data, select: { personId: true } });
  const detail = { provider: provider.name, subject };
  await note(tx, person, "person.link_sso", visitor, { detail });
}

async function refused(
  person: { id: string; email: string } | null,
  reason: string,
  visitor: Visitor,
): Promise<never> {
  await refuse(person, reason, visitor);
  throw new AppError("unauthenticated", "This sign-in did not work.");
}

/** What went wrong, without what was sent: an error of the library may carry codes and tokens beside its message. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
