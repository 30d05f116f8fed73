import { Secret, TOTP } from "otpauth";
import { afterAll, beforeAll, expect, test } from "vitest";
import { beginEnrolment, confirmEnrolment } from "#lib/auth/second-factor.ts";
import { findActor, revokeSessions } from "#lib/auth/sessions.ts";
import {
  enrolAtSignIn,
  findSignIn,
  finishEnrolment,
  proveSecondFactor,
  type SignInOutcome,
  signInWithPassword,
} from "#lib/auth/sign-in.ts";
import { writeSignInPolicy } from "#lib/auth/sign-in-policy.ts";
import { createOwner } from "#lib/people/owner.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { testDatabase } from "#tests/support/database.ts";

const PASSWORD = "nine lanterns over harbour";
const VISITOR = { ip: null, userAgent: "A test" };
const NOW = new Date("2026-11-24T08:00:00Z");
const later = (ms: number) => new Date(NOW.getTime() + ms);
const code = (secret: string, at: Date) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });

beforeAll(testDatabase);
afterAll(closeDatabase);

test("a right password begins a session that finds its person", async () => {
  const { email, id } = await somebody();
  const secret = sessionOf(await signInWithPassword({ email, password: PASSWORD }, VISITOR, NOW));
  expect(await findActor(secret, VISITOR, later(MINUTE_MS))).toMatchObject({
    id,
    role: "owner",
    customers: "all",
  });
});

test("says the same of a wrong password, an unknown address and a suspended person", async () => {
  const [known, suspended] = [await somebody(), await somebody()];
  await asSystem("a test suspends", (tx) =>
    tx.person.update({ where: { id: suspended.id }, data: { status: "suspended" } }),
  );
  const refusals = [
    () => signInWithPassword({ email: known.email, password: "wrong" }, VISITOR, NOW),
    () => signInWithPassword({ email: "nobody@example.com", password: PASSWORD }, VISITOR, NOW),
    () => signInWithPassword({ email: suspended.email, password: PASSWORD }, VISITOR, NOW),
  ];
  const sentence = "The e-mail address or the password is wrong.";
  for (const refusal of refusals) {
    await expect(refusal()).rejects.toMatchObject({ kind: "unauthenticated", message: sentence, fields: {} });
  }
});

test("counts failures per account, known or not, and lets nobody in while it waits, then lets in again", async () => {
  const { email } = await somebody();
  for (const address of [email, "unknown@example.com"]) {
    const guess = (at: Date, password = "wrong") =>
      signInWithPassword({ email: address, password }, VISITOR, at);
    for (let turn = 0; turn < 5; turn++)
      await expect(guess(NOW)).rejects.toMatchObject({ kind: "unauthenticated" });
    await expect(guess(NOW, PASSWORD)).rejects.toMatchObject({ kind: "rate_limited" });
  }
  const outcome = await signInWithPassword({ email, password: PASSWORD }, VISITOR, later(10 * SECOND_MS));
  expect(outcome.next).toBe("session");
});

test("counts guesses made at once one by one", async () => {
  const { email } = await somebody();
  const guesses = Array.from({ length: 20 }, () =>
    signInWithPassword({ email, password: "wrong" }, VISITOR, NOW),
  );
  const kinds = (await Promise.allSettled(guesses)).map((guess) => "reason" in guess && guess.reason.kind);
  expect(kinds.filter((kind) => kind === "unauthenticated")).toHaveLength(5);
});

test("counts failures per network address across accounts", async () => {
  const visitor = { ...VISITOR, ip: "198.51.100.9" };
  const guess = (turn: number) =>
    signInWithPassword({ email: `guess-${turn}@example.com`, password: "wrong" }, visitor, NOW);
  for (let turn = 0; turn < 30; turn++)
    await expect(guess(turn)).rejects.toMatchObject({ kind: "unauthenticated" });
  await expect(guess(31)).rejects.toMatchObject({ kind: "rate_limited" });
});

test("asks for the second factor, and accepts each code once", async () => {
  const { email, totp } = await withSecondFactor();
  const at = later(5 * MINUTE_MS);
  const attempts = [await half(email, at), await half(email, at)];
  const proof = { code: code(totp, at) };
  const first = await proveSecondFactor(attempts[0] ?? null, proof, VISITOR, at);
  expect(await findActor(sessionOf(first), VISITOR, at)).toMatchObject({ role: "owner" });
  await expect(proveSecondFactor(attempts[1] ?? null, proof, VISITOR, at)).rejects.toMatchObject({
    kind: "unauthenticated",
  });
});

test("ends a sign-in after five wrong codes, though the sixth is right", async () => {
  const { email, totp } = await withSecondFactor();
  const attempt = await half(email, NOW);
  for (let turn = 0; turn < 5; turn++) {
    const at = later(turn * 10 * SECOND_MS);
    await expect(proveSecondFactor(attempt, { code: "000000" }, VISITOR, at)).rejects.toThrow();
  }
  const at = later(2 * MINUTE_MS);
  await expect(proveSecondFactor(attempt, { code: code(totp, at) }, VISITOR, at)).rejects.toMatchObject({
    kind: "unauthenticated",
  });
  expect(await findSignIn(attempt, at)).toBeNull();
});

test("a recovery code signs in once, however it is typed", async () => {
  const { email, codes } = await withSecondFactor();
  const recoveryCode = codes[0]?.toUpperCase().replaceAll("-", " ") ?? "";
  const outcome = await proveSecondFactor(await half(email, NOW), { recoveryCode }, VISITOR, NOW);
  expect(outcome.next).toBe("session");
  const again = proveSecondFactor(await half(email, NOW), { recoveryCode }, VISITOR, NOW);
  await expect(again).rejects.toMatchObject({ kind: "unauthenticated" });
});

test("a half-finished sign-in is worth nothing after ten minutes", async () => {
  const { email, totp } = await withSecondFactor();
  const attempt = await half(email, NOW);
  const at = later(10 * MINUTE_MS);
  await expect(proveSecondFactor(attempt, { code: code(totp, at) }, VISITOR, at)).rejects.toThrow();
});

test("where the policy asks, whoever has no second factor sets one up before the session begins", async () => {
  const { email } = await somebody();
  const before = sessionOf(await signInWithPassword({ email, password: PASSWORD }, VISITOR, NOW));
  await policy({ requireSecondFactor: true });
  expect(await findActor(before, VISITOR, NOW), "a session without one ends at once").toBeNull();

  const outcome = await signInWithPassword({ email, password: PASSWORD }, VISITOR, NOW);
  if (outcome.next !== "enrolment") throw new Error(outcome.next);
  const { secret: attempt } = outcome.attempt;
  const signIn = await findSignIn(attempt, NOW);
  await expect(finishEnrolment(attempt, VISITOR, NOW), "not before it is set up").rejects.toThrow();
  const codes = await enrolAtSignIn(attempt, code(signIn?.enrolment?.secret ?? "", NOW), VISITOR, NOW);
  expect(new Set(codes).size).toBe(10);
  const secret = sessionOf(await finishEnrolment(attempt, VISITOR, NOW));
  expect(await findActor(secret, VISITOR, NOW)).not.toBeNull();
  await policy({});
});

test("a session ends when it is unused, when it is old, and when it is revoked", async () => {
  const { email, id } = await somebody();
  const begin = async () => sessionOf(await signInWithPassword({ email, password: PASSWORD }, VISITOR, NOW));
  const [idle, old, revoked] = [await begin(), await begin(), await begin()];
  expect(await findActor(idle, VISITOR, later(30 * MINUTE_MS))).toBeNull();
  for (let at = 0; at < 12 * HOUR_MS; at += 20 * MINUTE_MS)
    expect(await findActor(old, VISITOR, later(at))).not.toBeNull();
  expect(await findActor(old, VISITOR, later(12 * HOUR_MS))).toBeNull();
  await asSystem("a test revokes", (tx) => revokeSessions(tx, { personId: id }, NOW));
  expect(await findActor(revoked, VISITOR, NOW)).toBeNull();
});

test("every sign-in begins a session of its own, and keeps its secret nowhere", async () => {
  const { email, id } = await somebody();
  const begin = async () => sessionOf(await signInWithPassword({ email, password: PASSWORD }, VISITOR, NOW));
  const [first, second] = [await begin(), await begin()];
  expect(first).not.toBe(second);
  const stored = await asSystem("a test looks", async (tx) => ({
    sessions: await tx.session.findMany({ where: { personId: id } }),
    events: await tx.auditEvent.findMany({ where: { targetId: id } }),
  }));
  expect(stored.sessions).toHaveLength(2);
  for (const secret of [first, second, PASSWORD]) expect(JSON.stringify(stored)).not.toContain(secret);
  expect(stored.events.map((event) => event.action)).toContain("session.sign_in");
});

test("a secret that was shown and never confirmed is the same for a reload, and another for whoever begins anew", async () => {
  const { email } = await somebody();
  await policy({ requireSecondFactor: true });
  const begin = async (at: Date) => {
    const outcome = await signInWithPassword({ email, password: PASSWORD }, VISITOR, at);
    if (outcome.next !== "enrolment") throw new Error(outcome.next);
    return outcome.attempt.secret;
  };
  const secretShown = async (attempt: string, at: Date) => (await findSignIn(attempt, at))?.enrolment?.secret;
  const first = await begin(NOW);
  const shown = await secretShown(first, NOW);
  expect(shown).toMatch(/^[A-Z2-7]{32,}$/);
  expect(await secretShown(first, later(5 * MINUTE_MS))).toBe(shown);
  const second = await begin(later(6 * MINUTE_MS));
  expect(await secretShown(first, later(6 * MINUTE_MS)), "the first browser reads along").toBeUndefined();
  expect(await secretShown(second, later(6 * MINUTE_MS))).not.toBe(shown);
  await policy({});
});

async function somebody() {
  const email = `${newId("x").toLowerCase()}@example.com`;
  const { id } = await createOwner({ email, name: "Grace", password: PASSWORD }, NOW);
  return { id, email };
}

async function withSecondFactor() {
  const person = await somebody();
  return await asSystem("a test sets up a second factor", async (tx) => {
    const { secret: totp } = await beginEnrolment(tx, person, NOW);
    const at = later(-5 * MINUTE_MS);
    const codes = (await confirmEnrolment(tx, person.id, code(totp, at), at)) ?? [];
    return { ...person, totp, codes };
  });
}

async function half(email: string, at: Date): Promise<string> {
  const outcome = await signInWithPassword({ email, password: PASSWORD }, VISITOR, at);
  if (outcome.next !== "second_factor") throw new Error(`Expected a second factor, not ${outcome.next}.`);
  return outcome.attempt.secret;
}

function sessionOf(outcome: SignInOutcome): string {
  if (outcome.next !== "session") throw new Error(`Expected a session, not ${outcome.next}.`);
  return outcome.session.secret;
}

async function policy(change: { requireSecondFactor?: boolean }): Promise<void> {
  const whole = { requireSecondFactor: false, idleMinutes: 30, sessionHours: 12, ...change };
  await asSystem("a test sets the policy", (tx) => writeSignInPolicy(tx, whole));
}
