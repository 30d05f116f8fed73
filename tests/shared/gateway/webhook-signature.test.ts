import { WorkOS } from "@workos-inc/node";
import fc from "fast-check";
import { expect, test } from "vitest";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { readSignature, signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";

const NOW = new Date("2026-03-01T12:00:00.000Z");
const TOLERANCE_MS = 3 * MINUTE_MS;
const { webhooks } = new WorkOS("sk_test_only", { clientId: "client_only" });
const read = (header: string | undefined, body: string, secrets: string[], now = NOW) =>
  readSignature(header, Buffer.from(body), { secrets, toleranceMs: TOLERANCE_MS, now });
const text = fc.string({ unit: "grapheme", minLength: 0, maxLength: 80 });
const secret = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 64 });

test("what is signed here is read here, and by the official SDK; what the SDK signs is read here", async () => {
  await fc.assert(
    fc.asyncProperty(secret, fc.json(), async (key, body) => {
      const now = new Date();
      const header = signatureHeader(key, body, now);
      expect(read(header, body, [key], now)).toMatchObject({ ok: true, signedAt: now });
      await expect(webhooks.verifyHeader({ payload: body, sigHeader: header, secret: key })).resolves.toBe(
        true,
      );
      const theirs = await webhooks.computeSignature(now.getTime(), body, key);
      expect(read(`t=${now.getTime()}, v1=${theirs}`, body, [key], now).ok).toBe(true);
    }),
  );
});

test("the old secret and the new one both hold while they are changed, and no other does", () => {
  for (const used of ["old", "new"])
    expect(read(signatureHeader(used, "{}", NOW), "{}", ["new", "old"]).ok).toBe(true);
  const other = signatureHeader("other", "{}", NOW);
  expect(read(other, "{}", ["new", "old"])).toEqual({ ok: false, problem: "signature_wrong" });
  expect(read(other, "{}", [])).toEqual({ ok: false, problem: "signature_wrong" });
});

test("another body, or the same one written differently, is not what was signed", () => {
  fc.assert(
    fc.property(text, text, (signed, received) => {
      fc.pre(signed !== received);
      expect(read(signatureHeader("key", signed, NOW), received, ["key"]).ok).toBe(false);
    }),
  );
  const signed = signatureHeader("key", '{"id":"event_1"}', NOW);
  expect(read(signed, '{ "id": "event_1" }', ["key"]).ok).toBe(false);
  // The dot between time and body holds: neither can lend the other a digit.
  expect(read(signed.replace(/t=(\d+)/, "t=$1"), '.{"id":"event_1"}', ["key"]).ok).toBe(false);
});

test.each([
  [0, true],
  [TOLERANCE_MS, true],
  [-TOLERANCE_MS, true],
  [TOLERANCE_MS + 1, false],
  [-TOLERANCE_MS - 1, false],
])("signed %i ms ago: %s", (ago, holds) => {
  const header = signatureHeader("key", "{}", new Date(NOW.getTime() - ago));
  const reading = read(header, "{}", ["key"]);
  expect(reading).toMatchObject(holds ? { ok: true } : { ok: false, problem: "timestamp" });
});

test("whoever has no secret is not told whether the time fits", () => {
  const header = signatureHeader("guessed", "{}", new Date(0));
  const padded = header.replace("t=0", "t=0000000000000");
  expect(read(padded, "{}", ["key"])).toEqual({ ok: false, problem: "signature_wrong" });
});

test("every other header is refused by its shape", () => {
  expect(read(undefined, "{}", ["key"])).toEqual({ ok: false, problem: "signature_missing" });
  const good = signatureHeader("key", "{}", NOW);
  const [time = "", hash = ""] = good.split(", ");
  const bad = [
    "",
    time,
    hash,
    `${hash}, ${time}`,
    `${time};${hash}`,
    `${time},  ${hash}`,
    `${time}, ${hash}, ${hash}`,
    `${good}, ${good}`,
    `${time}, ${hash.toUpperCase()}`,
    `${time}, ${hash.slice(0, -1)}`,
    `${time}, ${hash}0`,
    `t=${Math.floor(NOW.getTime() / 1_000)}, ${hash}`,
    `t=+${NOW.getTime()}, ${hash}`,
    `t=1e12, ${hash}`,
    `${good}\n`,
  ];
  for (const header of bad)
    expect(read(header, "{}", ["key"])).toEqual({ ok: false, problem: "signature_malformed" });
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (header) => {
      expect(read(header, "{}", ["key"]).ok).toBe(false);
    }),
  );
});
