import { randomBytes } from "node:crypto";
import pg from "pg";
import { startPrivatePostgres } from "#lib/cli/private-postgres.ts";
import { migrate } from "#prisma/migrate.ts";
import { roleUrl } from "#prisma/roles.ts";

/** The addresses of one database: as its administrator, and as each program's role. */
export interface TestDatabase {
  adminUrl: string;
  consoleUrl: string;
  workerUrl: string;
  identityUrl: string;
  gatewayUrl: string;
}

const TEMPLATE = "sallyport_template";
const PASSWORDS = { console: "console", worker: "worker", identity: "identity", gateway: "gateway" };

/** A PostgreSQL of its own, with a migrated database that every test's database is copied from. */
export async function startTestCluster(): Promise<{ url: string; stop(): Promise<void> }> {
  const postgres = await startPrivatePostgres();
  try {
    await run(`${postgres.url}/postgres`, `CREATE DATABASE ${TEMPLATE}`);
    await migrate(`${postgres.url}/${TEMPLATE}`, PASSWORDS);
  } catch (error) {
    await postgres.stop();
    throw error;
  }
  return { url: postgres.url, stop: postgres.stop };
}

/** A fresh, migrated database in the cluster. It goes when the cluster goes. */
export async function createTestDatabase(clusterUrl: string): Promise<TestDatabase> {
  // Not by the process' number: in a long run another test file may get the same one.
  const name = `test_${randomBytes(8).toString("hex")}`;
  await run(`${clusterUrl}/postgres`, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const adminUrl = `${clusterUrl}/${name}`;
  return {
    adminUrl,
    consoleUrl: roleUrl(adminUrl, "console", PASSWORDS.console),
    workerUrl: roleUrl(adminUrl, "worker", PASSWORDS.worker),
    identityUrl: roleUrl(adminUrl, "identity", PASSWORDS.identity),
    gatewayUrl: roleUrl(adminUrl, "gateway", PASSWORDS.gateway),
  };
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
