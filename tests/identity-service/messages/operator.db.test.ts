import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

// What an operator does with the queue, and what is kept of it.

let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let identityUrl: string;

beforeAll(async () => {
  const database = await testDatabase();
  identityUrl = database.identityUrl;
  service = await startIdentityService(identityUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

interface Message {
  id: string;
  state: string;
  text: string;
  actions: { action: string; by: string | null; credential_id: string; recipient: string }[];
}

async function aMessage(email: string) {
  const { body } = await callWire(service, here, "POST", "/user_management/magic_auth", { email });
  const list = await service.manage<{ data: Message[] }>("GET", at(`?search=${encodeURIComponent(email)}`));
  return { id: list.body.data[0]?.id ?? "", code: body.code as string };
}
const at = (rest: string) => `/environments/${here.id}/messages${rest}`;
const does = (id: string, what: string, by?: string) =>
  service.manage<Message>("POST", at(`/${id}/${what}`), by ? { by } : {});
const shown = async (id: string) => (await service.manage<Message>("GET", at(`/${id}`))).body;

test("a message is read as often as it takes, and each reading says who and by which credential", async () => {
  const { id, code } = await aMessage("read@outside.example");
  for (const by of ["Grace Hopper", undefined])
    expect(await does(id, "read", by)).toMatchObject({
      status: 200,
      body: { state: "queued", text: expect.stringContaining(code) },
    });
  const after = await shown(id);
  expect(JSON.stringify(after)).not.toContain(code);
  expect(after.actions).toMatchObject([
    { action: "read", by: "Grace Hopper", credential_id: "bootstrap", recipient: "read@outside.example" },
    { action: "read", by: null },
  ]);
});

for (const [what, state] of [
  ["deliver", "handed_over"],
  ["discard", "discarded"],
] as const)
  test(`${what} settles a message, once, and nobody reads it any more`, async () => {
    const { id } = await aMessage(`${what}@outside.example`);
    expect(await does(id, what, "Grace")).toMatchObject({ status: 200, body: { state } });
    for (const late of ["deliver", "discard", "read", "hand_over"])
      expect(await does(id, late)).toMatchObject({ status: 409, body: { code: "message_settled" } });
    const { rows } = await admin.query("SELECT content_sealed FROM identity.messages WHERE id = $1", [id]);
    expect(rows[0].content_sealed).toBe("");
    expect((await shown(id)).actions).toMatchObject([{ action: state, by: "Grace" }]);
  });

test("reading that is refused is no reading", async () => {
  const { id } = await aMessage("late@outside.example");
  await admin.query("UPDATE identity.messages SET expires_at = now() WHERE id = $1", [id]);
  expect(await does(id, "read", "Grace")).toMatchObject({
    status: 409,
    body: { message: expect.stringContaining("expired") },
  });
  expect((await shown(id)).actions).toEqual([]);
});

test("without a relay nothing is sent again; with one, what failed is queued anew", async () => {
  const { id } = await aMessage("again@outside.example");
  expect(await does(id, "send_again")).toMatchObject({ status: 409, body: { code: "no_mail_relay" } });
  await admin.query(
    "UPDATE identity.messages SET state = 'failed', attempts = 3, last_error = '550', settled_at = now() WHERE id = $1",
    [id],
  );
  const parts = { ...service.parts, env: { ...service.parts.env, mail: { url: "", from: "" } } };
  const { sendMessageAgain } = await import("#lib/identity-service/messages/settle.ts");
  const asked = { environmentId: here.id, id, callerId: "bootstrap", by: "Grace" };
  expect(await sendMessageAgain(parts, asked)).toMatchObject({
    state: "queued",
    attempts: 0,
    last_error: null,
  });
  expect((await shown(id)).actions).toMatchObject([{ action: "sent_again", by: "Grace" }]);
});

test("what was done with a message outlives it, and the service itself cannot change it", async () => {
  const { id } = await aMessage("gone@outside.example");
  await does(id, "read", "Grace");
  await admin.query("DELETE FROM identity.messages WHERE id = $1", [id]);
  const kept = await service.manage<{ data: unknown[] }>(
    "GET",
    `/environments/${here.id}/message_actions?message_id=${id}`,
  );
  expect(kept.body.data).toMatchObject([{ action: "read", by: "Grace", recipient: "gone@outside.example" }]);
  const identity = new pg.Client({ connectionString: identityUrl });
  await identity.connect();
  for (const statement of ["DELETE FROM", "UPDATE"])
    await expect(
      identity.query(
        `${statement} identity.message_actions ${statement === "UPDATE" ? "SET by_whom = ''" : ""}`,
      ),
    ).rejects.toThrow("permission denied");
  await identity.end();
});

test("ten thousand messages come in numbered pages, sorted, narrowed and counted", async () => {
  const full = await prepareEnvironment(service);
  await admin.query(
    `INSERT INTO identity.messages (id, environment_id, kind, recipient, content_sealed, expires_at, state)
     SELECT 'msg_' || lpad(n::text, 26, '0'), $1, CASE WHEN n % 2 = 0 THEN 'invitation' ELSE 'magic_auth' END,
       'm' || lpad(n::text, 5, '0') || '@outside.example', '', now(), CASE WHEN n % 10 = 0 THEN 'failed' ELSE 'sent' END
     FROM generate_series(1, 10000) AS n`,
    [full.id],
  );
  const list = async (query: string) =>
    (
      await service.manage<{ data: { recipient: string }[]; total: number; more: boolean }>(
        "GET",
        `/environments/${full.id}/messages?${query}`,
      )
    ).body;
  expect(await list("page=1&limit=25")).toMatchObject({ total: 10_000, more: false });
  const last = await list("page=400&limit=25&sort=recipient&order=asc");
  expect(last.data).toHaveLength(25);
  expect(last.data.at(-1)?.recipient).toBe("m10000@outside.example");
  expect((await list("page=401&limit=25")).data).toEqual([]);
  expect(await list("page=1&state=failed&kind=invitation")).toMatchObject({ total: 1_000 });
  expect(await list("page=1&state=failed,sent&search=m0999")).toMatchObject({ total: 10 });
  for (const wrong of ["page=0", "page=1&sort=content_sealed", "page=1&state=read", "page=1&limit=101"])
    expect((await service.manage("GET", `/environments/${full.id}/messages?${wrong}`)).status, wrong).toBe(
      422,
    );
});

test("another environment's messages are not there", async () => {
  const { id } = await aMessage("walled@outside.example");
  const elsewhere = await prepareEnvironment(service);
  for (const what of ["read", "deliver", "discard", "hand_over"])
    expect(
      (await service.manage("POST", `/environments/${elsewhere.id}/messages/${id}/${what}`)).status,
      what,
    ).toBe(404);
  expect((await service.manage("GET", `/environments/${elsewhere.id}/messages/${id}`)).status).toBe(404);
  expect((await shown(id)).actions).toEqual([]);
});
