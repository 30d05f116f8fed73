import pg from "pg";

export type Pool = pg.Pool;

/**
 * Connections in which PostgreSQL shows and accepts rows of one deployment only: the one this gateway serves. Null before that is
 * known, when none is shown.
 */
export function openPool(url: string, connections: number, deploymentId: string | null): Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 15_000,
    application_name: "sallyport-gateway",
    onConnect: async (client) => {
      // One that breaks between two statements would end the program; the next statement finds it broken.
      client.on("error", () => undefined);
      if (deploymentId)
        await client.query("SELECT set_config('sallyport.deployment', $1, false)", [deploymentId]);
    },
  });
  pool.on("error", () => undefined);
  return pool;
}

/** Whether PostgreSQL had no room for what it was to write. */
export function isDiskFull(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "53100";
}

/** Which database this is. A console that has the same one need not be sent what is in it. */
export async function storeOf(pool: Pool): Promise<string> {
  const { rows } = await pool.query<{ id: string }>("SELECT id FROM boundary.store");
  return rows[0]?.id ?? "";
}
