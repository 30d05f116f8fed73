import pg from "pg";
import { expect, test } from "vitest";
import { throughSocket } from "#lib/cli/database.ts";
import { startPrivatePostgres } from "#lib/cli/private-postgres.ts";

test("the embedded PostgreSQL is reached through its socket file, and nobody but its account and root may use it", async () => {
  const postgres = await startPrivatePostgres();
  try {
    expect(postgres.socketDir).not.toBeNull();
    const connectionString = throughSocket(`${postgres.url}/postgres`, postgres.socketDir);
    const client = new pg.Client({ connectionString });
    await client.connect();
    const { rows } = await client.query("SELECT inet_server_addr() AS address");
    await client.end();
    expect(rows).toEqual([{ address: null }]);
    const wrong = new URL(connectionString);
    wrong.password = "not the password";
    await expect(new pg.Client({ connectionString: wrong.href }).connect()).rejects.toThrow("password");
  } finally {
    await postgres.stop();
  }
});

test("where there is no socket file, the address stays as it is", () => {
  const url = "postgresql://somebody:secret@127.0.0.1:5432/sallyport";
  expect(throughSocket(url, null)).toBe(url);
});
