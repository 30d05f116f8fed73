import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase, sql } from "#lib/identity-service/db.ts";
import { createSealer } from "#lib/identity-service/keys/seal.ts";
import { messageContext, queueMessage } from "#lib/identity-service/messages/queue.ts";
import { testDatabase } from "#tests/support/database.ts";
import { prepareEnvironment, startIdentityService } from "#tests/support/identity-service.ts";

let db: Database;
let environmentId: string;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  const service = await startIdentityService(identityUrl);
  environmentId = (await prepareEnvironment(service)).id;
  await service.close();
  db = openDatabase(identityUrl, 2);
});
afterAll(() => db.close());

const ALL = sql("test_messages", "SELECT * FROM identity.messages ORDER BY id");
const sealer = createSealer(Buffer.alloc(32, 7).toString("base64"));
const message = {
  kind: "magic_auth" as const,
  recipient: "ada@example.com",
  subject: "Your code",
  text: "123456",
  expiresAt: new Date(Date.now() + 60_000),
};

test("what a message says is kept sealed, and opens for its own row only", async () => {
  await db.transaction(environmentId, (run) => queueMessage(sealer, run, environmentId, message));
  const [row] = await db.query<Record<string, string>>(environmentId, ALL, []);
  expect(row).toMatchObject({ state: "queued", attempts: 0, recipient: "ada@example.com" });
  expect(JSON.stringify(row)).not.toContain("123456");
  const { id = "", content_sealed = "" } = row ?? {};
  expect(JSON.parse(sealer.open(content_sealed, messageContext(id)))).toEqual({
    subject: "Your code",
    text: "123456",
  });
  expect(() => sealer.open(content_sealed, messageContext("msg_other"))).toThrow();
});

test("a message is queued only if what it tells of was done", async () => {
  const before = (await db.query(environmentId, ALL, [])).length;
  const undone = db.transaction(environmentId, async (run) => {
    await queueMessage(sealer, run, environmentId, message);
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await db.query(environmentId, ALL, [])).toHaveLength(before);
});
