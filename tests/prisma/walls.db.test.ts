import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestDatabase } from "#tests/support/cluster.ts";
import { testDatabase } from "#tests/support/database.ts";

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await testDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});

afterAll(() => admin.end());

const PROGRAMS = ["sallyport_console", "sallyport_worker", "sallyport_identity"];

describe("the programs' roles", () => {
  test("cannot bypass row-level security, make roles or databases, or replicate", async () => {
    const { rows } = await admin.query(
      `SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication AS powerful
       FROM pg_roles WHERE rolname = ANY($1) ORDER BY rolname`,
      [PROGRAMS],
    );
    expect(rows).toEqual([...PROGRAMS].sort().map((rolname) => ({ rolname, powerful: false })));
  });

  test("are members of no other role", async () => {
    const { rows } = await admin.query(
      "SELECT roleid::regrole FROM pg_auth_members WHERE member::regrole::text = ANY($1)",
      [PROGRAMS],
    );
    expect(rows).toEqual([]);
  });

  test("own nothing in the database", async () => {
    const { rows } = await admin.query(
      `SELECT relname AS name FROM pg_class WHERE relowner::regrole::text = ANY($1)
       UNION ALL SELECT nspname FROM pg_namespace WHERE nspowner::regrole::text = ANY($1)
       UNION ALL SELECT proname FROM pg_proc WHERE proowner::regrole::text = ANY($1)`,
      [PROGRAMS],
    );
    expect(rows).toEqual([]);
  });

  test.each([
    ["consoleUrl", "identity.environments"],
    ["identityUrl", "console.customers"],
    ["workerUrl", "identity.environments"],
  ] as const)("%s cannot read %s", async (url, table) => {
    await asProgram(database[url], async (client) => {
      await expect(client.query(`SELECT FROM ${table}`)).rejects.toThrow("permission denied");
    });
  });

  test("cannot truncate, which would pass by row-level security", async () => {
    const { rows } = await admin.query(
      `SELECT grantee, table_name FROM information_schema.role_table_grants
       WHERE privilege_type = 'TRUNCATE' AND grantee = ANY($1)`,
      [PROGRAMS],
    );
    expect(rows).toEqual([]);
  });

  test("can add audit events and read them, and never change or delete one", async () => {
    const { rows } = await admin.query<{ role: string; privileges: string[] }>(
      `SELECT grantee AS role, array_agg(privilege_type::text ORDER BY privilege_type) AS privileges
       FROM information_schema.role_table_grants
       WHERE table_schema = 'console' AND table_name = 'audit_events' AND grantee = ANY($1)
       GROUP BY grantee ORDER BY grantee`,
      [PROGRAMS],
    );
    expect(rows).toEqual([
      { role: "sallyport_console", privileges: ["INSERT", "SELECT"] },
      { role: "sallyport_worker", privileges: ["INSERT", "SELECT"] },
    ]);
  });
});

/** Tables that hold a customer's or an environment's id and yet stand outside its wall, each with the reason. */
const OUTSIDE: Record<string, string> = {};

describe("row-level security", () => {
  test("is forced on every table with a customer's or an environment's rows", async () => {
    const { rows } = await admin.query<{ name: string; walled: boolean }>(
      `SELECT n.nspname || '.' || c.relname AS name,
         c.relrowsecurity AND c.relforcerowsecurity
           AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS walled
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'p') AND n.nspname IN ('console', 'identity') AND (
         n.nspname || '.' || c.relname IN ('console.customers', 'identity.environments') OR EXISTS (
           SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
             AND a.attname = CASE n.nspname WHEN 'console' THEN 'customer_id' ELSE 'environment_id' END))
       ORDER BY name`,
    );
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => !row.walled && !(row.name in OUTSIDE)).map((row) => row.name)).toEqual([]);
  });

  test("shows no customer where no scope is set, one where it names one, and all for *", async () => {
    await admin.query(
      `INSERT INTO console.customers (id, name, slug, updated_at)
       VALUES ('cus_1', 'One', 'one', now()), ('cus_2', 'Two', 'two', now())`,
    );
    await asProgram(database.consoleUrl, async (client) => {
      expect(await visible(client, undefined)).toEqual([]);
      expect(await visible(client, "")).toEqual([]);
      expect(await visible(client, "cus_2,cus_3")).toEqual(["cus_2"]);
      expect(await visible(client, "*")).toEqual(["cus_1", "cus_2"]);
    });
  });

  test("refuses to write a row of a customer out of scope", async () => {
    await asProgram(database.consoleUrl, async (client) => {
      await client.query("SELECT set_config('sallyport.customers', 'cus_1', false)");
      const insert =
        "INSERT INTO console.customers (id, name, slug, updated_at) VALUES ('cus_9', 'N', 'n', now())";
      await expect(client.query(insert)).rejects.toThrow("row-level security");
    });
  });
});

async function visible(client: pg.Client, scope: string | undefined): Promise<string[]> {
  await client.query("BEGIN");
  if (scope !== undefined) await client.query("SELECT set_config('sallyport.customers', $1, true)", [scope]);
  const { rows } = await client.query<{ id: string }>("SELECT id FROM console.customers ORDER BY id");
  await client.query("ROLLBACK");
  return rows.map((row) => row.id);
}

async function asProgram(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
