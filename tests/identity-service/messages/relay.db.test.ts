import { once } from "node:events";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expireMessages, sendDue } from "#lib/identity-service/messages/deliver.ts";
import { needsTls, openRelay, type Relay } from "#lib/identity-service/messages/relay.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let smtp: SMTPServer;
let relay: Relay;
const received: { to: string[]; content: string }[] = [];
let refuseWith: number | null = null;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    onRcptTo: (_address, _session, done) => {
      if (refuseWith === null) return done();
      done(Object.assign(new Error("not now"), { responseCode: refuseWith }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        received.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          content: Buffer.concat(chunks).toString(),
        });
        done();
      });
    },
  });
  await once(smtp.listen(0, "127.0.0.1"), "listening");
  const { port } = smtp.server.address() as AddressInfo;
  relay = openRelay({ url: `smtp://127.0.0.1:${port}`, from: "Shop <no-reply@shop.example>" });
});
afterAll(async () => {
  relay.close();
  await new Promise<void>((done) => smtp.close(done));
  await service.close();
  await admin.end();
});

const ask = async (email: string) =>
  (await callWire(service, here, "POST", "/user_management/magic_auth", { email })).body;
const messages = async (query = "") =>
  (
    await service.manage<{ data: Record<string, string>[] }>(
      "GET",
      `/environments/${here.id}/messages${query}`,
    )
  ).body.data;
const handOver = (id = "") => service.manage("POST", `/environments/${here.id}/messages/${id}/hand_over`);

test("a message reaches the relay once, and what it said is kept no longer", async () => {
  const { code } = await ask("mail@outside.example");
  await Promise.all([sendDue(service.parts, relay), sendDue(service.parts, relay)]);
  expect(received.length).toBe(1);
  expect(received[0]).toMatchObject({ to: ["mail@outside.example"], content: expect.stringContaining(code) });
  expect(received[0]?.content).toMatch(/^From: Shop <no-reply@shop.example>\r$/m);
  const [message] = await messages("?search=mail%40outside");
  expect(message).toMatchObject({ state: "sent", kind: "magic_auth" });
  const { rows } = await admin.query("SELECT content_sealed FROM identity.messages WHERE id = $1", [
    message?.id,
  ]);
  expect(rows[0].content_sealed).toBe("");
  expect((await handOver(message?.id)).status).toBe(409);
});

test("an address cannot bring recipients or headers of its own along", async () => {
  const bad = "a@outside.example\r\nBcc: b@outside.example";
  expect((await callWire(service, here, "POST", "/user_management/magic_auth", { email: bad })).status).toBe(
    422,
  );
});

test("what the relay does not take now is tried again; what it never will is told", async () => {
  await ask("later@outside.example");
  refuseWith = 451;
  await sendDue(service.parts, relay);
  expect((await messages("?search=later"))[0]).toMatchObject({
    state: "queued",
    attempts: 1,
    last_error: expect.stringContaining("451"),
  });
  refuseWith = null;
  await admin.query("UPDATE identity.messages SET next_attempt_at = now()");
  await sendDue(service.parts, relay);
  expect((await messages("?search=later"))[0]).toMatchObject({ state: "sent" });
  await ask("never@outside.example");
  refuseWith = 550;
  await sendDue(service.parts, relay);
  refuseWith = null;
  const [failed] = await messages("?state=failed");
  expect(failed).toMatchObject({ recipient: "never@outside.example" });
  // The mailbox is not there, but the person may be.
  expect((await handOver(failed?.id)).status).toBe(200);
});

test("without a relay an operator reads a message once, and brings it", async () => {
  const { code } = await ask("by-hand@outside.example");
  const [message] = await messages("?state=queued&search=by-hand");
  expect(JSON.stringify(message)).not.toContain(code);
  const read = await handOver(message?.id);
  expect(read).toMatchObject({
    status: 200,
    body: { state: "handed_over", text: expect.stringContaining(code) },
  });
  expect((await handOver(message?.id)).status).toBe(409);
  const sentBefore = received.length;
  await sendDue(service.parts, relay);
  expect(received.length).toBe(sentBefore);
});

test("what nobody sent in time is of no use, and goes", async () => {
  await ask("too-late@outside.example");
  await admin.query(
    "UPDATE identity.messages SET expires_at = now() - interval '1 second' WHERE state = 'queued'",
  );
  const sentBefore = received.length;
  await sendDue(service.parts, relay);
  await expireMessages(service.parts);
  expect(received.length).toBe(sentBefore);
  expect((await messages("?search=too-late"))[0]).toMatchObject({ state: "expired" });
});

test("the queue of another environment is not this one's, and is paged with ten thousand messages", async () => {
  const elsewhere = await prepareEnvironment(service);
  const [message] = await messages();
  expect(
    (await service.manage("POST", `/environments/${elsewhere.id}/messages/${message?.id}/hand_over`)).status,
  ).toBe(404);
  await admin.query(
    `INSERT INTO identity.messages (id, environment_id, kind, recipient, content_sealed, expires_at)
     SELECT 'msg_' || lpad(n::text, 26, '0'), $1, 'magic_auth', 'm' || n || '@outside.example', '', now() FROM generate_series(1, 10000) AS n`,
    [elsewhere.id],
  );
  const page = await service.manage<{ data: unknown[]; list_metadata: { after: string } }>(
    "GET",
    `/environments/${elsewhere.id}/messages?limit=100&search=m99`,
  );
  expect(page.body.data.length).toBe(100);
  expect(page.body.list_metadata.after).not.toBeNull();
});

test("one message that cannot be opened holds up no other", async () => {
  await ask("unreadable@outside.example");
  await admin.query(
    "UPDATE identity.messages SET content_sealed = 'v1.other.x.y' WHERE recipient = 'unreadable@outside.example'",
  );
  await ask("behind-it@outside.example");
  await sendDue(service.parts, relay);
  expect((await messages("?search=unreadable"))[0]).toMatchObject({ state: "failed" });
  expect((await messages("?search=behind-it"))[0]).toMatchObject({ state: "sent" });
});

test("TLS that a relay merely offers is insisted on, except on this machine or where somebody said otherwise", () => {
  expect(needsTls("smtp://user:password@relay.example:587")).toBe(true);
  expect(needsTls("smtp://relay.example?requireTLS=false")).toBe(false);
  expect(needsTls("smtp://127.0.0.1:25")).toBe(false);
  expect(needsTls("smtp://127.evil.example:25")).toBe(true);
  expect(needsTls("smtps://relay.example")).toBe(false); // TLS from the first byte
});
