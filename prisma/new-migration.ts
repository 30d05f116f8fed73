import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { migrate } from "./migrate.ts";
import { EVERYTHING, MIGRATIONS_DIR, readSchema, withSchemaEngine } from "./schema-engine.ts";

/**
 * Writes the migration that leads from the migrations so far to the schema files, and returns its path; null when
 * there is nothing to migrate. `adminUrl` is an empty database that may be thrown away.
 */
export async function writeMigration(adminUrl: string, name: string, now: Date): Promise<string | null> {
  await migrate(adminUrl, { console: "unused", worker: "unused", identity: "unused", gateway: "unused" });
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
  const path = join(folder, "migration.sql");
  await writeFile(path, `${[sql, ...rowLevelSecurity(sql)].join("\n\n")}\n`);
  return path;
}

/** Which column says whose a row is, and the function that knows whether it may be seen. */
const WALLS: Record<string, { column: string; visible: string }> = {
  console: { column: "customer_id", visible: "console.in_scope" },
  identity: { column: "environment_id", visible: "identity.in_environment" },
};

/** The policy of each new table whose rows belong to a customer or an environment. */
function rowLevelSecurity(sql: string): string[] {
  return [...sql.matchAll(/CREATE TABLE "(\w+)"\."(\w+)" \(([^;]+)\);/g)].flatMap(
    ([, schema = "", table, columns = ""]) => {
      const wall = WALLS[schema];
      if (!wall) return [];
      // A customer's own row is the one whose id it is.
      const column = `${schema}.${table}` === "console.customers" ? "id" : wall.column;
      if (!columns.includes(`"${column}"`)) return [];
      const name = `"${schema}"."${table}"`;
      const visible = `${wall.visible}("${column}")`;
      return [
        `ALTER TABLE ${name} ENABLE ROW LEVEL SECURITY;\n` +
          `ALTER TABLE ${name} FORCE ROW LEVEL SECURITY;\n` +
          `CREATE POLICY scope ON ${name} USING (${visible}) WITH CHECK (${visible});`,
      ];
    },
  );
}
