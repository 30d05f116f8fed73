import "server-only";
import type { Role } from "#lib/access/permissions.ts";
import { hashPassword, requireGoodPassword } from "#lib/auth/password.ts";
import type { Visitor } from "#lib/auth/sessions.ts";
import { afterFirstFactor, byAddress, note, PERSON, type SignInOutcome } from "#lib/auth/sign-in.ts";
import { countAttempt, forgiveAttempt } from "#lib/auth/throttle.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { findLink, type LinkPurpose, revokeLinks, spendLink } from "./links.ts";
import { hasOwner } from "./owner.ts";
import type { JoinInput, ResetInput, SetUpInput } from "./schema.ts";

/** What the page behind a link shows. Null: the link was used, taken back, is too old, or never was. */
export interface LinkFacts {
  email: string | null;
  role: Role;
  inviter: string | null;
  expiresAt: Date;
}

export async function findLinkFacts(
  token: string,
  purpose: LinkPurpose,
  visitor: Visitor,
  now: Date,
): Promise<LinkFacts | null> {
  const counted = byAddress("link_address", visitor);
  await countAttempt(counted, now);
  return await asSystem("who follows a link is not known yet", async (tx) => {
    const link = await findLink(tx, token, purpose, now);
    if (!link || (purpose === "set_up" && (await hasOwner(tx)))) return null;
    await forgiveAttempt(tx, counted);
    const { email, role, expiresAt, invitedById } = link;
    const where = { id: invitedById ?? "" };
    const inviter = await tx.person.findUnique({ where, select: { name: true } });
    return { email, role, expiresAt, inviter: inviter?.name ?? null };
  });
}

/** The first owner, by the link that the terminal showed. */
export async function setUp(input: SetUpInput, visitor: Visitor, now: Date): Promise<SignInOutcome> {
  requireGoodPassword(input.password, input);
  // Hashing is dear: only who holds the link may ask for it.
  if (!(await findLinkFacts(input.token, "set_up", visitor, now))) throw deadLink();
  const passwordHash = await hashPassword(input.password);
  return await asSystem("nobody is here yet", async (tx) => {
    // Two set-ups at once: the second waits for this lock, and then finds an owner.
    await tx.$queryRaw`SELECT FROM console.invitations WHERE purpose = 'set_up' ORDER BY id FOR UPDATE`;
    const link = await findLink(tx, input.token, "set_up", now);
    if (!link || (await hasOwner(tx))) throw deadLink();
    return await join(tx, { ...link, ...input, passwordHash }, visitor, now);
  });
}

/** Somebody invited becomes a person of this console. */
export async function acceptInvitation(
  input: JoinInput,
  visitor: Visitor,
  now: Date,
): Promise<SignInOutcome> {
  const email = await requireEmail(input.token, "join", visitor, now);
  requireGoodPassword(input.password, { email, name: input.name });
  const passwordHash = await hashPassword(input.password);
  return await asSystem("who follows a link is not known yet", async (tx) => {
    const link = await findLink(tx, input.token, "join", now);
    if (!link?.email) throw deadLink();
    return await join(tx, { ...link, email: link.email, name: input.name, passwordHash }, visitor, now);
  });
}

/**
 * Somebody invited becomes a person of this console without a password, on the word of an SSO provider. Null where the
 * invitation is dead or meant for another address.
 */
export async function acceptInvitationBySso(
  tx: Tx,
  token: string,
  { email, name }: { email: string; name: string },
  visitor: Visitor,
  now: Date,
) {
  const link = await findLink(tx, token, "join", now);
  if (!link?.email || link.email.toLowerCase() !== email.toLowerCase()) return null;
  const joining = { ...link, email: link.email, name, passwordHash: null, passwordSetAt: null };
  const person = await createJoined(tx, joining, now);
  await note(tx, person, "person.accept_invitation", visitor, { detail: { role: link.role, by: "sso" } });
  return person;
}

/** Somebody who could not sign in any more chooses a new password. */
export async function chooseNewPassword(
  input: ResetInput,
  visitor: Visitor,
  now: Date,
): Promise<SignInOutcome> {
  const email = await requireEmail(input.token, "reset", visitor, now);
  requireGoodPassword(input.password, { email, name: "" });
  const passwordHash = await hashPassword(input.password);
  return await asSystem("who follows a link is not known yet", async (tx) => {
    const link = await findLink(tx, input.token, "reset", now);
    const where = { id: link?.personId ?? "", status: "active" as const };
    const person = await tx.person.findFirst({ where, select: PERSON });
    if (!link || !person || !(await spendLink(tx, link.id, person.id, now))) throw deadLink();
    const data = { passwordHash, passwordSetAt: now };
    await tx.person.update({ where: { id: person.id }, data, select: { id: true } });
    await note(tx, person, "person.set_password", visitor);
    return await afterFirstFactor(tx, person, visitor, now);
  });
}

interface Joining {
  id: string;
  email: string;
  name: string;
  role: Role;
  allCustomers: boolean;
  customerIds: string[];
  passwordHash: string;
}

async function join(tx: Tx, joining: Joining, visitor: Visitor, now: Date): Promise<SignInOutcome> {
  const person = await createJoined(tx, { ...joining, passwordSetAt: now }, now);
  await note(tx, person, "person.accept_invitation", visitor, { detail: { role: joining.role } });
  return await afterFirstFactor(tx, person, visitor, now);
}

/** The person an invitation makes, once; `passwordHash` is null for who signs in by SSO. */
async function createJoined(
  tx: Tx,
  joining: Omit<Joining, "passwordHash"> & { passwordHash: string | null; passwordSetAt: Date | null },
  now: Date,
) {
  const { id: linkId, email, name, role, allCustomers, passwordHash, passwordSetAt } = joining;
  const id = newId("per");
  if (!(await spendLink(tx, linkId, id, now))) throw deadLink();
  if ((await tx.person.count({ where: { email } })) > 0) throw deadLink();
  // Customers that were removed since the invitation are left out; nobody gets more than was meant.
  const customers = await tx.customer.findMany({
    where: { id: { in: joining.customerIds } },
    select: { id: true },
  });
  const scopes = { create: customers.map((customer) => ({ customerId: customer.id })) };
  const data = { id, email, name, role, allCustomers, passwordHash, passwordSetAt, scopes };
  await tx.person.create({ data, select: { id: true } });
  if (role === "owner") await revokeLinks(tx, { purpose: "set_up" }, now);
  return { id, email, name, role, allCustomers };
}

async function requireEmail(
  token: string,
  purpose: LinkPurpose,
  visitor: Visitor,
  now: Date,
): Promise<string> {
  const facts = await findLinkFacts(token, purpose, visitor, now);
  if (!facts?.email) throw deadLink();
  return facts.email;
}

function deadLink(): AppError {
  return new AppError(
    "not_found",
    "This link was used already, was taken back, or is too old. Ask for a new one.",
  );
}
