import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordAudit } from "#lib/audit/record.ts";
import { closeDatabase, inScope } from "#lib/platform/db.ts";
import { anActor } from "#tests/support/actors.ts";
import type { TestDatabase } from "#tests/support/cluster.ts";
import { testDatabase } from "#tests/support/database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  const owner = anActor();
  await inScope(owner, (tx) =>
    recordAudit(tx, owner, { action: "settings.change", targetType: "settings", targetId: "settings" }),
  );
});
afterAll(closeDatabase);

describe.each(["consoleUrl", "workerUrl"] as const)("the program behind %s", (program) => {
  async function run(sql: string): Promise<pg.QueryResult> {
    const client = new pg.Client(database[program]);
    await client.connect();
    try {
      await client.query("SELECT set_config('sallyport.customers', '*', false)");
      return await client.query(sql);
    } finally {
      await client.end();
    }
  }

  test("reads the log and adds to it", async () => {
    expect((await run("SELECT FROM console.audit_events")).rowCount).toBeGreaterThan(0);
    const insert = `INSERT INTO console.audit_events (id, actor_id, actor_name, actor_kind, actor_role, action, target_type, target_id)
      VALUES ('aud_${program}', 'x', 'x', 'system', 'owner', 'settings.change', 'settings', 'settings')`;
    expect((await run(insert)).rowCount).toBe(1);
  });

  test.each([
    "UPDATE console.audit_events SET actor_name = 'nobody'",
    "DELETE FROM console.audit_events",
    "TRUNCATE console.audit_events",
    "TRUNCATE console.audit_events CASCADE",
    "INSERT INTO console.audit_events SELECT * FROM console.audit_events ON CONFLICT (id) DO UPDATE SET ip = NULL",
    "MERGE INTO console.audit_events a USING (SELECT 1) s ON TRUE WHEN MATCHED THEN DELETE",
  ])("is refused: %s", async (sql) => {
    await expect(run(sql)).rejects.toThrow("permission denied for table audit_events");
  });

  test.each([
    "ALTER TABLE console.audit_events DISABLE ROW LEVEL SECURITY",
    "DROP TABLE console.audit_events",
    "DROP POLICY seen ON console.audit_events",
    "CREATE RULE r AS ON INSERT TO console.audit_events DO INSTEAD NOTHING",
  ])("owns nothing of it: %s", async (sql) => {
    await expect(run(sql)).rejects.toThrow(/must be owner of (table|relation) audit_events/);
  });
});
