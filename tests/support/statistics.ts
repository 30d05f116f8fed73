import pg from "pg";

/** What autovacuum does a minute after many rows came in at once: until then PostgreSQL plans as if there were few. */
export async function learnStatistics(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  await client.query("ANALYZE");
  await client.end();
}
