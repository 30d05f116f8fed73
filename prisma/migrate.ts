import pg from "pg";
import { prepareJobs } from "./jobs.ts";
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
    const applied = await applyMigrations(adminUrl);
    await prepareJobs(adminUrl);
    return applied;
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

export interface MigrationStatus {
  missing: string[];
  unknown: string[];
  edited: string[];
  failed: string[];
}

/** How the database's history of migrations differs from this version's. */
export async function migrationStatus(adminUrl: string): Promise<MigrationStatus> {
  const migrationsList = await readMigrations();
  if (await isUntouched(adminUrl)) {
    const missing = migrationsList.migrationDirectories.map(({ path }) => path);
    return { missing, unknown: [], edited: [], failed: [] };
  }
  const found = await withSchemaEngine(adminUrl, (engine) =>
    engine.diagnoseMigrationHistory({ migrationsList, optInToShadowDatabase: false, filters: EVERYTHING }),
  );
  const { history } = found;
  return {
    missing: history && "unappliedMigrationNames" in history ? history.unappliedMigrationNames : [],
    unknown: history && "unpersistedMigrationNames" in history ? history.unpersistedMigrationNames : [],
    edited: found.editedMigrationNames,
    failed: found.failedMigrationNames,
  };
}

/** Deletes every table and row of Sallyport. */
export async function dropEverything(adminUrl: string): Promise<void> {
  await ask(
    adminUrl,
    "DROP SCHEMA IF EXISTS boundary_days, boundary, console, identity, pgboss, migrations CASCADE",
  );
}

/** Whether nothing was ever migrated here: there is no role then that the engine could look as. */
async function isUntouched(adminUrl: string): Promise<boolean> {
  const [row] = await ask(adminUrl, "SELECT to_regclass('migrations._prisma_migrations') AS history");
  return row?.history === null;
}

async function ask(adminUrl: string, sql: string): Promise<Record<string, unknown>[]> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  try {
    return (await admin.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await admin.end();
  }
}
