import pg from "pg";
import { prepareRoles, type RolePasswords } from "./roles.ts";
import { EVERYTHING, readMigrations, withSchemaEngine } from "./schema-engine.ts";

// Any number: it only has to be the same wherever Sallyport migrates.
const MIGRATION_LOCK = 5_011_620_260;

/** Brings a database to the present schema, and returns the names of the migrations that were missing. */
export async function migrate(adminUrl: string, passwords: RolePasswords): Promise<string[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    // Two starts at once: the second waits here, and then finds nothing to do.
    await admin.query("SELECT pg_advisory_lock($1)", [MIGRATION_LOCK]);
    await prepareRoles(admin, passwords);
    return await applyMigrations(adminUrl);
  } finally {
    await admin.end();
  }
}

async function applyMigrations(adminUrl: string): Promise<string[]> {
  const migrationsList = await readMigrations();
  return await withSchemaEngine(adminUrl, async (engine) => {
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: EVERYTHING });
    return appliedMigrationNames;
  });
}
