import { randomBytes } from "node:crypto";
import { WorkOS } from "@workos-inc/node";
import { Webhook } from "standardwebhooks";
import { expect, test } from "vitest";
import { isStandardSecret, standardSignature } from "#lib/shared/gateway/standard-webhooks.ts";
import { signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";

const BODY = JSON.stringify({
  object: "event",
  id: "event_01",
  event: "user.created",
  data: { object: "user", id: "user_01", email: "zoë@example.com" },
  created_at: "2026-01-15T12:00:00.000Z",
});

test("the official SDK accepts a delivery signed as WorkOS signs, and none that was changed", async () => {
  const { webhooks } = new WorkOS("sk_test", { clientId: "client_test" });
  const sigHeader = signatureHeader("a secret", BODY, new Date());
  const event = await webhooks.constructEvent({ payload: BODY as never, sigHeader, secret: "a secret" });
  expect(event.id).toBe("event_01");
  const changed = BODY.replace("user_01", "user_02");
  for (const [payload, secret] of [
    [changed, "a secret"],
    [BODY, "another secret"],
  ] as const)
    await expect(webhooks.constructEvent({ payload: payload as never, sigHeader, secret })).rejects.toThrow(
      "Signature hash does not match",
    );
});

test("the official SDK refuses a delivery that is replayed later", async () => {
  const { webhooks } = new WorkOS("sk_test", { clientId: "client_test" });
  const sigHeader = signatureHeader("a secret", BODY, new Date(Date.now() - 181_000));
  await expect(
    webhooks.constructEvent({ payload: BODY as never, sigHeader, secret: "a secret" }),
  ).rejects.toThrow("outside the tolerance");
});

test("the verifier of Standard Webhooks accepts either secret while they overlap, and no other", () => {
  const [fresh, former, other] = [0, 1, 2].map(() => `whsec_${randomBytes(24).toString("base64")}`) as [
    string,
    string,
    string,
  ];
  const headers = standardSignature([fresh, former], "event_01", BODY, new Date());
  for (const secret of [fresh, former])
    expect(new Webhook(secret).verify(BODY, headers)).toEqual(JSON.parse(BODY));
  expect(() => new Webhook(other).verify(BODY, headers)).toThrow("No matching signature");
  expect(() => new Webhook(fresh).verify(BODY, { ...headers, "webhook-id": "event_02" })).toThrow(
    "No matching signature",
  );
  const late = standardSignature([fresh], "event_01", BODY, new Date(Date.now() - 301_000));
  expect(() => new Webhook(fresh).verify(BODY, late)).toThrow("too old");
});

test("the specification's own example gives the specification's own signature", () => {
  const headers = standardSignature(
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    '{"test": 2432232314}',
    new Date(1_614_265_330_000),
  );
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("a secret is taken by the form that verifiers of Standard Webhooks demand", () => {
  expect(isStandardSecret(`whsec_${randomBytes(24).toString("base64")}`)).toBe(true);
  expect(isStandardSecret(randomBytes(32).toString("base64"))).toBe(true);
  for (const wrong of ["whsec_", "whsec_short", `whsec_${"-".repeat(40)}`, `whsec_${"a".repeat(41)}`])
    expect(isStandardSecret(wrong), wrong).toBe(false);
});
