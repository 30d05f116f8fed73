import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "./migrate.ts";
import { EVERYTHING, MIGRATIONS_DIR, readSchema, withSchemaEngine } from "./schema-engine.ts";

/**
 * Writes the migration that leads from the migrations so far to the schema files, and returns its path; null when
 * there is nothing to migrate. `adminUrl` is an empty database that may be thrown away.
 */
export async function writeMigration(adminUrl: string, name: string, now: Date): Promise<string | null> {
  await migrate(adminUrl, { console: "unused", worker: "unused", identity: "unused" });
  const sql = await withSchemaEngine(adminUrl, async (engine) => {
    const schema = await readSchema();
    const { stdout } = await engine.diff({
      from: { tag: "schemaDatasource", ...schema, configDir: MIGRATIONS_DIR },
      to: { tag: "schemaDatamodel", ...schema },
      script: true,
      exitCode: null,
      filters: EVERYTHING,
    });
    return stdout?.trim() ?? "";
  });
  if (sql === "" || sql === "-- This is an empty migration.") return null;
  const stamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = join(MIGRATIONS_DIR, `${stamp}_${name.replace(/[^a-z0-9]+/gi, "_").toLowerCase()}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "migration.sql"), `${sql}\n`);
  return join(folder, "migration.sql");
}
