import "server-only";
import { actorOf, type PersonActor } from "#lib/access/actor.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { fingerprint, randomSecret } from "#lib/platform/seal.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { endAttempts } from "./attempts.ts";
import { readSignInPolicy, sessionEnd, sessionHolds } from "./sign-in-policy.ts";

/** Where a request came from, as far as the console can know. */
export interface Visitor {
  ip: string | null;
  userAgent: string | null;
}

export interface NewSession {
  personId: string;
  method: "password" | "sso";
  secondFactor: boolean;
}

/**
 * Begins a session and returns the secret its cookie carries. It is always a new one: what a browser held before
 * signing in is worth nothing afterwards, so nobody can plant a session and wait for its owner to sign in.
 */
export async function startSession(tx: Tx, session: NewSession, visitor: Visitor, now: Date) {
  const secret = randomSecret();
  const id = newId("ses");
  const expiresAt = sessionEnd(await readSignInPolicy(tx), now);
  const times = { createdAt: now, lastSeenAt: now, expiresAt };
  const { ip, userAgent } = visitor;
  const data = { id, ...session, tokenHash: fingerprint(secret), ip, userAgent: userAgent?.slice(0, 300) };
  await tx.session.create({ data: { ...data, ...times }, select: { id: true } });
  await tx.person.update({
    where: { id: session.personId },
    data: { lastSeenAt: now },
    select: { id: true },
  });
  return { id, secret, expiresAt };
}

/**
 * Who holds the session with this secret, or null when there is none that stands. The row is the truth: a revoked
 * session or a suspended person is out at the next request, whatever the cookie says.
 */
export function findActor(secret: string, visitor: Visitor, now: Date): Promise<PersonActor | null> {
  return asSystem("who asks is not known before the session is read", async (tx) => {
    const where = { tokenHash: fingerprint(secret) };
    const session = await tx.session.findUnique({ where, select: SESSION });
    if (session?.person.status !== "active") return null;
    if (!sessionHolds(session, await readSignInPolicy(tx), now)) return null;
    await markSeen(tx, session.id, session.person.id, now);
    const { id, name, role, allCustomers, scopes } = session.person;
    const customers = allCustomers ? ("all" as const) : scopes.map((scope) => scope.customerId);
    return actorOf({ id, name, kind: "person", role, customers, sessionId: session.id, ip: visitor.ip });
  });
}

/** What a screen may know of a session. */
export interface SessionRow {
  id: string;
  method: string;
  secondFactor: boolean;
  ip: string | null;
  userAgent: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

/** The sessions of a person that still stand, the one used last first. */
export async function listStandingSessions(tx: Tx, personId: string, now: Date): Promise<SessionRow[]> {
  const where = { personId, revokedAt: null, expiresAt: { gt: now } };
  const rows = await tx.session.findMany({ where, select: ROW, orderBy: { lastSeenAt: "desc" }, take: 100 });
  const policy = await readSignInPolicy(tx);
  return rows.filter((row) => sessionHolds({ ...row, revokedAt: null }, policy, now));
}

/**
 * Ends sessions: those of a person, one of them, or all but one. Where it is not about one, sign-ins that are half done
 * end too. Returns how many sessions there were.
 */
export async function revokeSessions(
  tx: Tx,
  which: { personId: string; id?: string; not?: string | null },
  now: Date,
): Promise<number> {
  const id = { equals: which.id, not: which.not ?? undefined };
  const where = { personId: which.personId, id, revokedAt: null };
  const { count } = await tx.session.updateMany({ where, data: { revokedAt: now } });
  if (which.id === undefined) await endAttempts(tx, which.personId, now);
  return count;
}

/** At most once a minute, so that reading a page rarely writes. */
async function markSeen(tx: Tx, sessionId: string, personId: string, now: Date): Promise<void> {
  const lastSeenAt = { lt: new Date(now.getTime() - MINUTE_MS) };
  const seen = await tx.session.updateMany({
    where: { id: sessionId, lastSeenAt },
    data: { lastSeenAt: now },
  });
  if (seen.count === 0) return;
  await tx.person.updateMany({ where: { id: personId, lastSeenAt: { lt: now } }, data: { lastSeenAt: now } });
}

const SESSION = {
  id: true,
  method: true,
  secondFactor: true,
  lastSeenAt: true,
  expiresAt: true,
  revokedAt: true,
  person: {
    select: {
      id: true,
      name: true,
      role: true,
      status: true,
      allCustomers: true,
      scopes: { select: { customerId: true } },
    },
  },
} as const;

const ROW = {
  id: true,
  method: true,
  secondFactor: true,
  ip: true,
  userAgent: true,
  createdAt: true,
  lastSeenAt: true,
  expiresAt: true,
} as const;
