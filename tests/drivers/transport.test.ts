import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { PATIENCE, type Patience, patientFetch } from "#lib/drivers/transport.ts";
import { type FakeUpstream, fakeUpstream, hangUp, json, silence } from "./fake-upstream.ts";

let upstream: FakeUpstream;
let slept: number[] = [];
const patience: Patience = {
  ...PATIENCE,
  attemptMs: 200,
  sleep: async (ms) => {
    slept.push(ms);
  },
};

beforeAll(async () => {
  upstream = await fakeUpstream();
});
afterEach(() => {
  upstream.seen.length = 0;
  slept = [];
});
afterAll(() => upstream.close());

const ask = patientFetch("The service", patience);
const withKey = { method: "POST", headers: { "Idempotency-Key": "op_1" } };

test.each([
  [401, "unauthenticated", /does not accept our key/],
  [403, "forbidden", /does not allow/],
  [404, "not_found", /does not know this object/],
  [409, "conflict", /already has this/],
  [422, "invalid", /refused this. It says: Bad name/],
  [429, "rate_limited", /slow down/],
  [500, "unavailable", /problem of its own/],
  [302, "upstream", /do not understand/],
])("status %i becomes a %s in a plain sentence", async (status, kind, sentence) => {
  upstream.answers(json(status, { message: "Bad name" }, { Location: "http://127.0.0.1:9/" }));
  await expect(ask(upstream.url)).rejects.toMatchObject({ kind, message: expect.stringMatching(sentence) });
});

test("repeats what is worth repeating, with growing pauses", async () => {
  upstream.answers(json(503, {}), hangUp, json(200, { ok: true }));
  const response = await ask(upstream.url);
  expect(await response.json()).toEqual({ ok: true });
  expect(slept).toEqual([300, 600]);
});

test("asks again while an upstream is still busy with the first try", async () => {
  upstream.answers(json(409, {}, { "Retry-After": "1" }), json(201, { id: "made" }));
  expect(await (await ask(upstream.url, withKey)).json()).toEqual({ id: "made" });
});

test("waits as long as Retry-After asks", async () => {
  upstream.answers(json(429, {}, { "Retry-After": "7" }), json(200, {}));
  await ask(upstream.url);
  expect(slept).toEqual([7_000]);
});

test("does not wait for a Retry-After longer than a person would", async () => {
  upstream.answers(json(429, {}, { "Retry-After": "120" }));
  await expect(ask(upstream.url)).rejects.toMatchObject({ kind: "rate_limited", message: /in 2 minutes/ });
  expect(upstream.seen).toHaveLength(1);
});

test("does not repeat a POST that may have taken effect", async () => {
  upstream.answers(hangUp, json(200, {}));
  await expect(ask(upstream.url, { method: "POST" })).rejects.toMatchObject({ kind: "unavailable" });
  expect(upstream.seen).toHaveLength(1);
});

test("repeats a POST that carries an Idempotency-Key, with the same key", async () => {
  upstream.answers(hangUp, json(200, {}));
  await ask(upstream.url, withKey);
  expect(upstream.seen.map(({ headers }) => headers["idempotency-key"])).toEqual(["op_1", "op_1"]);
});

test("gives up on an upstream that never answers", async () => {
  upstream.answers(silence);
  const hasty = patientFetch("The service", { ...patience, attemptMs: 30, totalMs: 50 });
  await expect(hasty(upstream.url)).rejects.toMatchObject({ kind: "unavailable", message: /too long/ });
});

test("says that nothing listens where nothing listens", async () => {
  const gone = await fakeUpstream();
  await gone.close();
  await expect(ask(gone.url, { method: "POST" })).rejects.toMatchObject({
    kind: "unavailable",
    message: "The service could not be reached: nothing listens at its address. Is it running?",
  });
});

test("no key that an upstream echoes reaches the sentence", async () => {
  upstream.answers(
    json(422, { message: "Key sk_live_abc123 is bad", errors: [{ message: "Bearer eyJhbGciOi.x.y" }] }),
  );
  const error = await ask(upstream.url, { method: "POST" }).catch((caught: Error) => caught);
  expect(String(error)).not.toMatch(/abc123|eyJ/);
});

test("an answer without end is not read to its end", async () => {
  upstream.answers((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    const more = () => {
      if (!response.destroyed) response.write("x".repeat(1_000_000), () => setImmediate(more));
    };
    more();
  });
  const calm = patientFetch("The service", { ...patience, attemptMs: 20_000 });
  await expect(calm(upstream.url, { method: "POST" })).rejects.toMatchObject({
    message: expect.stringContaining("larger than 2 MB"),
  });
});
