import { inject } from "vitest";
import { createTestDatabase, type TestDatabase } from "./cluster.ts";

/**
 * A fresh, migrated database of this test file's own. The programs' settings point to it from here on, so call it
 * before anything asks `env()`: in `beforeAll`, or at the top of the file.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase(inject("clusterUrl"));
  process.env.SALLYPORT_CONSOLE_DATABASE_URL = database.consoleUrl;
  process.env.SALLYPORT_IDENTITY_DATABASE_URL = database.identityUrl;
  return database;
}
