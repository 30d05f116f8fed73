import pg from "pg";
import { expect, test } from "vitest";
import { freePort } from "#lib/cli/ports.ts";
import { runDoctor } from "#lib/doctor/run.ts";
import { testDatabase } from "#tests/support/database.ts";
import { instruments, planWith } from "#tests/support/doctor-network.ts";

const database = await testDatabase();

async function look(databaseUrl: string | null, parts: Parameters<typeof planWith>[0] = {}) {
  const { checks } = await runDoctor(
    planWith(parts),
    instruments({ secrets: { databaseUrl, ldapPassword: null } }),
  );
  return checks.find(({ id }) => id === "database");
}

test("a database with every migration passes", async () => {
  const line = await look(database.adminUrl);
  expect(line).toMatchObject({ outcome: "passed", code: "database_good" });
  expect(line?.found).toMatch(/^PostgreSQL 1\d.*, \d+ MB, \d+ migrations$/);
});

test("a database that lacks the last migration", async () => {
  expect(await look(database.adminUrl, { migration: "99990101000000_later" })).toMatchObject({
    outcome: "failed",
    code: "database_behind",
  });
});

test("a database that is another one, a password that is wrong, and a server that is not there", async () => {
  const changed = (change: (url: URL) => void) => {
    const url = new URL(database.adminUrl);
    change(url);
    return url.href;
  };
  const client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await client.query("CREATE DATABASE doctor_empty TEMPLATE template0");
  await client.end();
  expect(await look(changed((url) => (url.pathname = "/doctor_empty")))).toMatchObject({
    outcome: "warning",
    code: "database_empty",
  });
  expect(await look(changed((url) => (url.pathname = "/nowhere")))).toMatchObject({
    outcome: "failed",
    code: "database_refuses",
    found: "has no such database",
  });
  const wrong = await look(changed((url) => (url.password = "not-the-password")));
  expect(wrong).toMatchObject({
    outcome: "failed",
    code: "database_refuses",
    found: "refuses the name or password",
  });
  expect(JSON.stringify(wrong)).not.toContain("not-the-password");
  const port = await freePort();
  expect(await look(changed((url) => (url.port = String(port))))).toMatchObject({
    ...{ outcome: "failed", code: "database_unreached", ask: "firewall_team" },
    door: { protocol: "tcp", port },
  });
});

test("without its address the doctor sees whether something listens", async () => {
  const { hostname, port } = new URL(database.adminUrl);
  const place = { host: hostname, port: Number(port) };
  expect(await look(null, { database: place })).toMatchObject({
    outcome: "warning",
    code: "database_unasked",
  });
});
