import { request } from "node:http";
import { WorkOS } from "@workos-inc/node";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  ingressRule,
  intakeConfiguration,
  SECRET,
  startTestIntake,
  type TestIntake,
  WEBHOOK_PATH,
} from "#tests/support/gateway/intake.ts";

let intake: TestIntake;
let twin: TestIntake;
let later = 0;
const clock = () => new Date(Date.now() + later);

beforeAll(async () => {
  const { gatewayUrl } = await testDatabase();
  intake = await startTestIntake(gatewayUrl, intakeConfiguration(), { clock });
  twin = await startTestIntake(gatewayUrl, intakeConfiguration(), { clock });
});
afterAll(async () => {
  await Promise.all([intake.close(), twin.close()]);
});
beforeEach(async () => {
  later = 0;
  intake.configure(intakeConfiguration());
  await Promise.all([intake.forgetCrossings(), twin.forgetCrossings()]);
  await intake.pool.query("DELETE FROM boundary.intake_forgotten");
});

let made = 0;
const newEvent = (changes: object = {}) => {
  made += 1;
  return JSON.stringify({
    id: `event_${made}`,
    event: "user.created",
    data: { object: "user", id: `user_${made}`, email: "ada@example.com" },
    created_at: "2026-03-01T12:00:00.000Z",
    ...changes,
  });
};
const idOf = (body: string): string => JSON.parse(body).id;

interface Sent {
  signature?: string | undefined;
  path?: string;
  method?: string;
  /** Its length is not said beforehand. */
  chunked?: boolean;
  to?: TestIntake;
}
function send(body: string | Buffer, sent: Sent = {}): Promise<number> {
  const { path = WEBHOOK_PATH, method = "POST", chunked = false, to = intake } = sent;
  const signature = "signature" in sent ? sent.signature : signatureHeader(SECRET, body, clock());
  return new Promise((resolve, reject) => {
    const asked = request({
      host: "127.0.0.1",
      port: to.port,
      path,
      method,
      agent: false,
      headers: {
        "content-type": "application/json",
        ...(chunked ? {} : { "content-length": String(Buffer.byteLength(body)) }),
        ...(signature === undefined ? {} : { "workos-signature": signature }),
      },
    });
    asked.once("response", (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    asked.once("error", reject);
    if (chunked) asked.write(body.slice(0, 1));
    asked.end(chunked ? body.slice(1) : body);
  });
}
const stored = async (id: string) => {
  const sql = "SELECT environment_id, origin, event FROM boundary.relay_events WHERE id = $1";
  return (await intake.pool.query(sql, [id])).rows;
};

test("an event signed by whoever knows the secret lies in the relay before it is answered", async () => {
  const body = newEvent();
  expect(await send(body)).toBe(200);
  expect(await stored(idOf(body))).toEqual([
    { environment_id: "environment_1", origin: "webhook", event: "user.created" },
  ]);
  expect(await intake.crossings()).toMatchObject([
    {
      kind: "webhook",
      outcome: "allowed",
      reason: null,
      rule_id: "rule_in",
      purpose: "Webhooks",
      environment_id: "environment_1",
      client_id: "in_1",
      peer_address: "127.0.0.1",
      method: "POST",
      path: WEBHOOK_PATH,
      status: 200,
      correlation_id: idOf(body),
    },
  ]);
});

test("what the official SDK signs is taken", async () => {
  const { webhooks } = new WorkOS("sk_test_only", { clientId: "client_only" });
  const body = newEvent();
  const now = clock().getTime();
  const signature = `t=${now}, v1=${await webhooks.computeSignature(now, body, SECRET)}`;
  expect(await send(body, { signature })).toBe(200);
});

test("the old secret and the new one both count while both are configured, and then only the new one", async () => {
  const next = "whsec_of_the_endpoint_2";
  const signedBy = async (secret: string) => {
    const body = newEvent();
    return await send(body, { signature: signatureHeader(secret, body, clock()) });
  };
  expect([await signedBy(SECRET), await signedBy(next)]).toEqual([200, 401]);
  intake.configure(intakeConfiguration({}, { secrets: [next, SECRET] }));
  expect([await signedBy(SECRET), await signedBy(next)]).toEqual([200, 200]);
  intake.configure(intakeConfiguration({}, { secrets: [next] }));
  expect([await signedBy(SECRET), await signedBy(next)]).toEqual([401, 200]);
});

test("a signature that is missing, malformed, wrong or from another time is refused, and the record says which", async () => {
  const body = newEvent();
  const at = (ago: number) => signatureHeader(SECRET, body, new Date(clock().getTime() - ago));
  const signatures = [
    undefined,
    "t=1, v1=2",
    signatureHeader("another-secret-of-ours", body, clock()),
    signatureHeader(SECRET, `${body} `, clock()),
    at(4 * MINUTE_MS),
    at(-4 * MINUTE_MS),
  ];
  for (const signature of signatures) expect(await send(body, { signature })).toBe(401);
  expect((await intake.crossings()).map(({ outcome, reason }) => `${outcome} ${reason}`)).toEqual([
    "refused signature_missing",
    "refused signature_malformed",
    "refused signature_wrong",
    "refused signature_wrong",
    "refused timestamp",
    "refused timestamp",
  ]);
  expect(await stored(idOf(body))).toEqual([]);
});

test("of what comes at once each gets its own answer, and what no database can hold costs the others nothing", async () => {
  const signed = (body: string) => ({ body, signature: signatureHeader(SECRET, body, clock()) });
  const good = Array.from({ length: 40 }, () => signed(newEvent()));
  const twice = signed(newEvent());
  const lost = newEvent();
  // A signature of its own, as whoever sends it again a moment later makes.
  const again = { body: lost, signature: signatureHeader(SECRET, lost, new Date(clock().getTime() - 1_000)) };
  const impossible = signed(newEvent({ event: `user.\u0000created` }));
  const all = [...good.slice(0, 20), twice, signed(lost), impossible, again, twice, ...good.slice(20)];
  const places = [intake, twin];
  const statuses = await Promise.all(
    all.map(({ body, signature }, at) => send(body, { signature, to: places[at % 2] ?? intake })),
  );
  const of = (...those: { signature: string }[]) =>
    all.flatMap(({ signature }, at) =>
      those.some((each) => each.signature === signature) ? statuses[at] : [],
    );
  expect(new Set(of(...good))).toEqual(new Set([200]));
  expect(of(twice).sort()).toEqual([200, 409]);
  expect(statuses[21]).toBe(200);
  expect(of(again)).toEqual([200]);
  expect(of(impossible)).toEqual([422]);
  const ids = [...good.map(({ body }) => idOf(body)), idOf(twice.body), idOf(lost)];
  const { rows } = await intake.pool.query(
    "SELECT id FROM boundary.relay_events WHERE id = ANY ($1) OR id = $2 ORDER BY id",
    [ids, idOf(impossible.body)],
  );
  expect(rows.map(({ id }) => id)).toEqual(ids.toSorted());
});

test("a recording is refused by either of two gateways; an answer that was lost is given again", async () => {
  const body = newEvent();
  const signature = signatureHeader(SECRET, body, clock());
  const both = [intake, twin, intake, twin, intake, twin];
  const answers = await Promise.all(both.map((to) => send(body, { signature, to })));
  expect(answers.sort()).toEqual([200, 409, 409, 409, 409, 409]);
  later += 1_000;
  expect(await send(body, { to: twin })).toBe(200);
  expect(await stored(idOf(body))).toHaveLength(1);
  await intake.crossings();
  const reasons = (await twin.crossings()).map(({ outcome, reason }) => `${outcome} ${reason}`).sort();
  expect(reasons).toEqual(["allowed known", "allowed null", ...Array(5).fill("refused replayed")]);
});

test("a clock set back does not let in a recording that was forgotten in the meantime", async () => {
  const body = newEvent();
  const signature = signatureHeader(SECRET, body, clock());
  expect(await send(body, { signature })).toBe(200);
  later = 3 * HOUR_MS;
  await intake.part.forget();
  expect((await intake.pool.query("SELECT FROM boundary.intake_signatures")).rows).toEqual([]);
  expect(await send(body, { signature })).toBe(401);
  later = 0;
  expect(await send(body, { signature })).toBe(409);
  // What was signed since comes in.
  later = 1_000;
  expect(await send(newEvent())).toBe(200);
});

const deep = `{"id":"event_d","event":"a.b","created_at":"2026-03-01T12:00:00Z","data":${'{"a":'.repeat(20_000)}1${"}".repeat(20_001)}`;
test.each([
  ["no JSON", "{"],
  ["no UTF-8", Buffer.from([0x7b, 0xff, 0x7d])],
  ["a list", "[]"],
  ["an event without an id", newEvent({ id: undefined })],
  ["nothing", ""],
  ["a depth that no database holds", deep],
])("%s is no event, however well it is signed", async (_what, body) => {
  expect(await send(body)).toBe(422);
  expect(await intake.crossings()).toMatchObject([{ outcome: "refused", reason: "no_event" }]);
});

test("whom no rule lets in is not answered at all, and a rule counts until it ends", async () => {
  intake.configure(intakeConfiguration({ rules: [ingressRule({ networks: ["192.0.2.0/24"] })] }));
  await expect(send(newEvent())).rejects.toThrow(/ECONNRESET|EPIPE|hang up/);
  expect(await intake.crossings()).toMatchObject([
    { kind: "connection", outcome: "refused", reason: "no_rule", path: null, bytes_out: "0" },
  ]);
  const expires_at = new Date(Date.now() + HOUR_MS).toISOString();
  intake.configure(intakeConfiguration({ rules: [ingressRule({ expires_at })] }));
  expect(await send(newEvent())).toBe(200);
  later = HOUR_MS + 1_000;
  await expect(send(newEvent())).rejects.toThrow(/ECONNRESET|EPIPE|hang up/);
  later = 0;
  expect(await send(newEvent())).toBe(200);
});

test("who may bring callbacks may not bring webhooks, and the port of a rule is the one the outside knows", async () => {
  const browsers = ingressRule({ id: "rule_b", carried_by: "user_browser" });
  for (const changes of [{ carried_by: "user_browser" as const }, { ports: { from: 80, to: 442 } }]) {
    intake.configure(intakeConfiguration({ rules: [ingressRule(changes), browsers] }));
    expect(await send(newEvent())).toBe(403);
  }
  expect(await intake.crossings()).toMatchObject([{ reason: "no_rule" }, { reason: "no_rule" }]);
});

test("one path, written one way, by one method", async () => {
  const ways: [number, string, string][] = [
    [404, "POST", "/"],
    [404, "POST", `${WEBHOOK_PATH}/`],
    [404, "POST", `/${WEBHOOK_PATH}`],
    [404, "POST", "/intake/%77ebhooks"],
    [404, "POST", "/intake/x/../webhooks"],
    [404, "POST", "/Intake/webhooks"],
    [404, "POST", `${WEBHOOK_PATH}?again=1`],
    [404, "POST", `${WEBHOOK_PATH};a`],
    [404, "GET", "/health"],
    [405, "GET", WEBHOOK_PATH],
    [405, "PUT", WEBHOOK_PATH],
    [405, "OPTIONS", WEBHOOK_PATH],
    [405, "HEAD", WEBHOOK_PATH],
  ];
  for (const [status, method, path] of ways) expect(await send("", { method, path })).toBe(status);
  const crossings = await intake.crossings();
  // Of what was asked for the path is kept, and never the query.
  expect(crossings.map(({ path }) => path)).toEqual(ways.map(([, , path]) => path.split("?")[0]));
  expect(crossings.every(({ outcome }) => outcome === "refused")).toBe(true);
});

test("a body may have so many bytes and no more, said beforehand or not", async () => {
  intake.configure(intakeConfiguration({}, { maxBytes: 1_000 }));
  const filled = (length: number) => {
    const body = newEvent({ filler: "" });
    return body.replace('"filler":""', `"filler":"${"x".repeat(length - body.length)}"`);
  };
  for (const chunked of [false, true]) {
    expect(await send(filled(1_000), { chunked })).toBe(200);
    expect(await send(filled(1_001), { chunked })).toBe(413);
  }
  expect(intake.part.budgetFree()).toBe(64 * 1024 * 1024);
});
