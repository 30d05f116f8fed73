import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createEnvironment } from "#lib/environments/commands.ts";
import { createSealer } from "#lib/identity-service/keys/seal.ts";
import { queueMessage } from "#lib/identity-service/messages/queue.ts";
import { deliverMessage, discardMessage, revealMessage, sendMessageAgain } from "#lib/messages/commands.ts";
import { getMessage, listMessages } from "#lib/messages/queries.ts";
import { MESSAGE_LIST } from "#lib/messages/schema.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery, type SearchParams } from "#lib/platform/list.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";
import { SEALING_KEY } from "#tests/support/identity-service.ts";

// The operator's queue of a real site, through a line that can break.

const owner = anActor();
const FOR_GOOD = Array.from<Trouble>({ length: 40 }).fill("down");

let site: Site;
let admin: pg.Client;
let environmentId = "";
let remoteId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const made = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  environmentId = made.environmentId;
  remoteId = await asSystem("a test looks for the environment", async (tx) => {
    const found = await tx.environment.findUniqueOrThrow({ where: { id: environmentId } });
    return found.remoteId ?? "";
  });
  admin = new pg.Client({ connectionString: site.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await site.close();
  await admin.end();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

/** Has the site write somebody a password reset, as an application would. */
async function aMessage(email: string): Promise<{ environmentId: string; messageId: string }> {
  const message = { kind: "password_reset" as const, recipient: email, subject: "Choose a new password" };
  const text = "Open https://app.example.com/reset?token=secret-of-ada";
  const expiresAt = new Date(Date.now() + 3_600_000);
  await site.service.parts.db.transaction(remoteId, (run) =>
    queueMessage(createSealer(SEALING_KEY), run, remoteId, { ...message, text, expiresAt }),
  );
  const { rows } = await admin.query("SELECT id FROM identity.messages WHERE recipient = $1", [email]);
  return { environmentId, messageId: rows[0].id };
}
const list = async (params: SearchParams = {}) => {
  const live = await listMessages(owner, environmentId, parseListQuery(params, MESSAGE_LIST));
  if (live.state !== "answered") throw new Error(live.reason);
  return live;
};
const read = async (messageId: string) => {
  const live = await getMessage(owner, environmentId, messageId);
  if (live.state !== "answered") throw new Error(live.reason);
  return live.message;
};
const audited = (targetId: string) =>
  asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId }, orderBy: { occurredAt: "asc" } }),
  );

test("a message is listed without what it says, and revealed only when asked, on record at both ends", async () => {
  const ref = await aMessage("ada@example.com");
  const { page, relayed } = await list({ q: "ada@" });
  expect(relayed).toBe(false);
  expect(page.rows).toMatchObject([
    { recipient: "ada@example.com", state: "queued", kind: "password_reset" },
  ]);
  expect(JSON.stringify([page, await read(ref.messageId)])).not.toContain("secret-of-ada");
  expect(await revealMessage(owner, ref)).toEqual({
    subject: "Choose a new password",
    text: expect.stringContaining("secret-of-ada"),
  });
  const [event] = await audited(ref.messageId);
  expect(event).toMatchObject({
    action: "message.reveal",
    actorId: owner.id,
    targetName: "ada@example.com",
    customerId: site.customerId,
    deploymentId: site.deploymentId,
  });
  expect(JSON.stringify(event)).not.toContain("secret-of-ada");
  expect((await read(ref.messageId)).deeds).toMatchObject([
    { what: "read", by: `${owner.name} (${owner.id})` },
  ]);
});

test("a reading is on record before the site is asked, whether or not it answers", async () => {
  const ref = await aMessage("lost@example.com");
  site.line.spoil(null, ...FOR_GOOD);
  await expect(revealMessage(owner, ref)).rejects.toMatchObject({ kind: "unavailable" });
  expect((await audited(ref.messageId)).map(({ action }) => action)).toEqual(["message.reveal"]);
});

test("delivered by hand: it is settled, and read no more", async () => {
  const ref = await aMessage("by-hand@example.com");
  expect(await deliverMessage(owner, ref)).toMatchObject({ state: "done" });
  expect((await list({ state: "delivered" })).page.rows).toMatchObject([
    { recipient: "by-hand@example.com" },
  ]);
  await expect(revealMessage(owner, ref)).rejects.toMatchObject({ kind: "conflict" });
  await expect(deliverMessage(owner, ref)).rejects.toMatchObject({ kind: "conflict" });
});

test("discarding names the recipient, for it cannot be undone", async () => {
  const ref = await aMessage("nobody@example.com");
  await expect(discardMessage(owner, { ...ref, confirm: "ada@example.com" })).rejects.toMatchObject({
    fields: { confirm: "This is not its recipient." },
  });
  expect(await discardMessage(owner, { ...ref, confirm: "nobody@example.com" })).toMatchObject({
    state: "done",
  });
  expect(await read(ref.messageId)).toMatchObject({ state: "discarded" });
});

test("without a relay, sending again is refused in a sentence", async () => {
  const ref = await aMessage("again@example.com");
  await expect(sendMessageAgain(owner, ref)).rejects.toMatchObject({
    message: expect.stringContaining("bring the message by hand"),
  });
});

test("a delivery is told to a site that did not answer as soon as it does, once", async () => {
  const ref = await aMessage("later@example.com");
  site.line.spoil(null, ...FOR_GOOD);
  expect(await deliverMessage(owner, ref)).toMatchObject({ state: "waits" });
  site.line.spoil();
  await asSystem("a test lets the pause pass", (tx) =>
    tx.operation.updateMany({ where: { targetId: ref.messageId }, data: { nextAttemptAt: new Date(0) } }),
  );
  expect(await carryOutDue(operationKinds)).toMatchObject({ done: 1 });
  const { state, deeds } = await read(ref.messageId);
  expect([state, deeds.length]).toEqual(["delivered", 1]);
});

test("a site that does not answer is said, not an empty list", async () => {
  site.line.spoil(...FOR_GOOD);
  const live = await listMessages(owner, environmentId, parseListQuery({}, MESSAGE_LIST));
  expect(live).toMatchObject({ state: "silent", reason: expect.stringContaining("could not be reached") });
});

test("where WorkOS sends the messages, that is said, whether or not it answers", async () => {
  const id = newId("env");
  const { customerId, deploymentId } = site;
  await asSystem("a test prepares a connected environment", (tx) =>
    tx.environment.create({
      data: {
        id,
        customerId,
        deploymentId,
        name: "Cloud",
        kind: "staging",
        driver: "workos",
        state: "active",
      },
    }),
  );
  expect(await listMessages(owner, id, parseListQuery({}, MESSAGE_LIST))).toMatchObject({
    state: "untold",
    reason: expect.stringContaining("WorkOS sends the messages"),
  });
});

test("a message that is not there is not found", async () => {
  await expect(getMessage(owner, environmentId, "msg_gone")).rejects.toMatchObject({ kind: "not_found" });
});

test("ten thousand messages come in pages, sorted, searched, filtered and counted by the site", async () => {
  await admin.query(
    `INSERT INTO identity.messages (id, environment_id, kind, recipient, content_sealed, expires_at, state, last_error)
     SELECT 'msg_00' || lpad(n::text, 24, '0'), $1, 'invitation', 'm' || lpad(n::text, 5, '0') || '@many.example', '', now(),
       CASE WHEN n % 4 = 0 THEN 'failed' ELSE 'sent' END, CASE WHEN n % 4 = 0 THEN '550 no such mailbox' END
     FROM generate_series(1, 10000) AS n`,
    [remoteId],
  );
  const all = await list({ q: "@many.example", sort: "-recipient", size: "100", page: "100" });
  expect(all.page.total).toBe(10_000);
  expect(all.page.rows.at(-1)?.recipient).toBe("m00001@many.example");
  const failed = await list({ q: "m0001", state: "failed", kind: "invitation" });
  expect(failed.page.total).toBe(2); // the 12th and the 16th
  expect(failed.page.rows[0]).toMatchObject({ problem: "550 no such mailbox" });
});
