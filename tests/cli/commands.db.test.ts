import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Postgres } from "#lib/cli/postgres.ts";
import { startPrivatePostgres } from "#lib/cli/private-postgres.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PASSWORD = "nine lanterns over harbour";

// A server of its own: these commands set the passwords of roles that a whole server shares.
let postgres: Postgres;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sallyport-commands-"));
  postgres = await startPrivatePostgres();
});

afterAll(async () => {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("a migration that is missing fails the status, and migrating mends it", async () => {
  const url = await emptyDatabase("migrated");
  const before = db(url, "status");
  expect(before, before.stderr).toMatchObject({ status: 1 });
  expect(before.stdout).toMatch(/^Not applied yet: 0+_base/);
  expect(db(url, "migrate").stdout).toMatch(/^Applied: 0+_base/);
  expect(db(url, "migrate").stdout).toBe("The database is up to date.\n");
  expect(db(url, "status")).toMatchObject({ status: 0, stdout: "The database is up to date.\n" });
});

test("an owner is made by a script, on a database that nothing has run on yet", async () => {
  const url = await emptyDatabase("owned");
  const made = owner(url, "olga@example.com", `${PASSWORD}\n`);
  expect(made, made.stderr).toMatchObject({ status: 0 });
  expect(made.stdout).toMatch(/^Olga Owner is an owner now, and signs in as olga@example\.com at http/);
  expect(made.stdout + made.stderr).not.toContain(PASSWORD);
  const rows = await ask(
    url,
    "SELECT email, role::text, password_hash LIKE '$argon2id$%' AS hashed FROM console.people",
  );
  expect(rows).toEqual([{ email: "olga@example.com", role: "owner", hashed: true }]);

  expect(owner(url, "otto@example.com", "password")).toMatchObject({
    status: 1,
    stderr: "Choose another password. Use at least 12 characters. A few words make a good password.\n",
  });
  expect(owner(url, "olga@example.com", PASSWORD)).toMatchObject({
    status: 1,
    stderr: "Somebody with the e-mail address olga@example.com is here already.\n",
  });
  expect(await ask(url, "SELECT count(*)::int FROM console.people")).toEqual([{ count: 1 }]);
});

test("everything is deleted once somebody has typed that they mean it, and not where nobody can type", async () => {
  const url = await emptyDatabase("deleted");
  db(url, "migrate");
  owner(url, "olga@example.com", PASSWORD);
  const owners = () => ask(url, "SELECT count(*)::int FROM console.people");
  for (const answer of ["", "y\n", "Delete everything?\n"]) {
    const { status, stdout } = db(url, "reset", answer);
    expect(status).toBe(0);
    expect(stdout).toContain("There is no way back.");
    expect(stdout).toContain("Nothing was changed.");
    expect(await owners()).toEqual([{ count: 1 }]);
  }
  expect(db(url, "reset", "delete everything\n").stdout).toContain("Applied: 0");
  expect(await owners()).toEqual([{ count: 0 }]);
});

test.each([
  ["that does not listen", () => "postgresql://admin:hidden@127.0.0.1:1/x", "ECONNREFUSED"],
  ["that does not know the password", () => withUser("postgres", "hidden"), "password authentication failed"],
  ["whose role may set nothing up", () => withUser("guest", "hidden"), "may not create roles and schemas"],
])("a database %s is one sentence that says what to check", async (_what, address, reason) => {
  await ask(
    `${postgres.url}/postgres`,
    "DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'hidden'",
  );
  const { status, stderr } = db(address(), "status");
  expect(status).toBe(1);
  expect(stderr).toMatch(/^The database at postgresql:\S+ refuses: .*\. Check DATABASE_URL\.\n$/);
  expect(stderr).toContain(reason);
  expect(stderr).not.toContain("hidden");
});

test("a port that another database uses is one sentence that says what to do", async () => {
  const other = createServer();
  await new Promise<void>((listening) => other.listen(0, "127.0.0.1", listening));
  const address = other.address();
  const port = typeof address === "object" && address ? String(address.port) : "";
  const told = run([join(ROOT, "lib/cli/db.ts"), "status"], { SALLYPORT_DATABASE_PORT: port });
  expect(told).toMatchObject({
    status: 1,
    stderr: `Port ${port} is in use. Stop what uses it, or set SALLYPORT_DATABASE_PORT to another port.\n`,
  });
  await new Promise((closed) => other.close(closed));
});

test("a Node that is too old is told so before anything else is tried", () => {
  const old =
    "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'18.20.8'}})";
  expect(run(["--import", old, join(ROOT, "lib/cli/bootstrap.mjs"), "start"], {})).toMatchObject({
    status: 1,
    stderr: "Node 18.20.8 is too old to set Sallyport up. Install Node 20 or later: https://nodejs.org\n",
  });
});

test("a command that is none says which there are", () => {
  const { status, stderr } = run([join(ROOT, "lib/cli/main.ts"), "stop"], {});
  expect(status).toBe(1);
  expect(stderr).toContain('There is no command "stop".');
  expect(stderr).toContain("owner create");
});

function db(url: string, command: string, input?: string): SpawnSyncReturns<string> {
  return run([join(ROOT, "lib/cli/db.ts"), command], { DATABASE_URL: url }, input);
}

function owner(url: string, email: string, password: string): SpawnSyncReturns<string> {
  const args = ["owner", "create", "--email", email, "--name", "Olga Owner"];
  return run([join(ROOT, "lib/cli/main.ts"), ...args], { DATABASE_URL: url }, password);
}

function run(args: string[], env: Record<string, string>, input = ""): SpawnSyncReturns<string> {
  const settings = { SALLYPORT_DATA_DIR: folder, ...env };
  return spawnSync(process.execPath, args, {
    cwd: ROOT,
    encoding: "utf8",
    input,
    env: { ...process.env, ...settings },
    timeout: 50_000,
  });
}

async function emptyDatabase(name: string): Promise<string> {
  await ask(`${postgres.url}/postgres`, `CREATE DATABASE ${name}`);
  return `${postgres.url}/${name}`;
}

function withUser(user: string, password: string): string {
  const url = new URL(`${postgres.url}/postgres`);
  Object.assign(url, { username: user, password });
  return url.href;
}

async function ask(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}
