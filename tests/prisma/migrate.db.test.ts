import { beforeAll, expect, test } from "vitest";
import { migrate, migrationStatus } from "#prisma/migrate.ts";
import { EVERYTHING, MIGRATIONS_DIR, readSchema, withSchemaEngine } from "#prisma/schema-engine.ts";
import type { TestDatabase } from "#tests/support/cluster.ts";
import { testDatabase } from "#tests/support/database.ts";

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});

test("migrating a second time changes nothing", async () => {
  const passwords = { console: "console", worker: "worker", identity: "identity", gateway: "gateway" };
  expect(await migrate(database.adminUrl, passwords)).toEqual([]);
  expect(await migrationStatus(database.adminUrl)).toEqual({
    missing: [],
    unknown: [],
    edited: [],
    failed: [],
  });
});

test("the migrations lead exactly to the schema files", async () => {
  const schema = await readSchema();
  const { stdout } = await withSchemaEngine(database.adminUrl, (engine) =>
    engine.diff({
      from: { tag: "schemaDatasource", ...schema, configDir: MIGRATIONS_DIR },
      to: { tag: "schemaDatamodel", ...schema },
      script: true,
      exitCode: null,
      filters: EVERYTHING,
    }),
  );
  expect(stdout?.trim()).toBe("-- This is an empty migration.");
});
