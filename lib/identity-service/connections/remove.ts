import { type Database, type Run, sql } from "../db.ts";
import { notFound } from "../wire/errors.ts";
import { tellConnection } from "./events.ts";

const DELETE = sql(
  "connection_delete",
  "DELETE FROM identity.connections WHERE environment_id = $1 AND id = $2 RETURNING id",
);

export async function removeConnection(db: Database, environmentId: string, id: string): Promise<void> {
  await db.transaction(environmentId, async (run) => await dropConnection(run, environmentId, id));
}

/** Removes a connection in a transaction of something larger. @throws WireError 404 */
export async function dropConnection(run: Run, environmentId: string, id: string): Promise<void> {
  await tellConnection(run, environmentId, "deleted", id);
  const gone = await run(DELETE, [environmentId, id]);
  if (gone.length === 0) throw notFound("Connection", id);
}
