import { expect, test } from "vitest";
import { hashPassword, isPassword, requireGoodPassword } from "#lib/auth/password.ts";
import { NextPath } from "#lib/auth/schema.ts";
import { sessionHolds } from "#lib/auth/sign-in-policy.ts";
import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { totpStep } from "#lib/shared/totp.ts";

// RFC 6238, appendix B: the SHA-1 secret, and the last six digits of its vectors.
const RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_234_567_890, "005924"],
  [2_000_000_000, "279037"],
])("knows the code of RFC 6238 at %d seconds, one step early and late, and not two", (seconds, code) => {
  const step = Math.floor(seconds / 30);
  for (const drift of [-30, 0, 30])
    expect(totpStep(RFC_SECRET, code, new Date((seconds + drift) * 1_000))).toBe(step);
  for (const drift of [-60, 60].filter((one) => seconds + one >= 0))
    expect(totpStep(RFC_SECRET, code, new Date((seconds + drift) * 1_000))).toBeNull();
});

test.each(["２８７０８２", "𐶉𐶉𐶉", "28708", "", " 287082"])("no code at all: %j", (code) => {
  expect(totpStep(RFC_SECRET, code, new Date(59_000))).toBeNull();
});

test.each(["/", "/deployments/dep_1?tab=keys", "/people#a"])("returns to %s after signing in", (path) => {
  expect(NextPath.parse(path)).toBe(path);
});

test.each([
  "//evil.example",
  "/\\evil.example",
  "https://evil.example",
  "javascript:alert(1)",
  "/\t/evil.example",
  "/a\\..\\evil",
  "",
  undefined,
])("does not leave the console for %j after signing in", (path) => {
  expect(NextPath.parse(path)).toBe("/");
});

test("a password is right whichever way its letters were composed, and nobody's password is nobody's", async () => {
  const hash = await hashPassword("caf\u00e9 harbour lanterns");
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await isPassword("cafe\u0301 harbour lanterns", hash)).toBe(true);
  expect(await isPassword("the password of nobody", null)).toBe(false);
});

test.each(["plum harbour nine lanterns", "correct-Horse 9 lanterns", "длинная тайная фраза"])(
  "takes %s for a good password",
  (password) => {
    expect(() => requireGoodPassword(password, { email: "ada@example.com", name: "Ada" })).not.toThrow();
  },
);

test.each([
  "aaaaaaaaaaaa",
  "abcdefghijkl",
  "P@ssw0rd12345",
  "Summer-2026-2026",
  "Ada Lovelace 2026",
  "a".repeat(201),
])("refuses %s as a password", (password) => {
  const about = { email: "ada@example.com", name: "Ada Lovelace" };
  expect(() => requireGoodPassword(password, about)).toThrow(/another password/);
});

const NOW = new Date("2026-11-24T08:00:00Z");
const POLICY = { requireSecondFactor: true, idleMinutes: 30, sessionHours: 12 };
const GOOD = {
  method: "password",
  secondFactor: true,
  lastSeenAt: new Date(NOW.getTime() - MINUTE_MS),
  expiresAt: new Date(NOW.getTime() + HOUR_MS),
  revokedAt: null,
};

test.each([
  ["revoked", { revokedAt: NOW }],
  ["at its end", { expiresAt: NOW }],
  ["unused for as long as the policy allows", { lastSeenAt: new Date(NOW.getTime() - 30 * MINUTE_MS) }],
  ["without the second factor that is required", { secondFactor: false }],
])("a session does not hold when it is %s", (_why, change) => {
  expect(sessionHolds(GOOD, POLICY, NOW)).toBe(true);
  expect(sessionHolds({ ...GOOD, ...change }, POLICY, NOW)).toBe(false);
});
