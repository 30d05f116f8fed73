import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type CarriedHeader, signCarried } from "#lib/shared/gateway/carried-file.ts";
import type { Sealer } from "#lib/shared/sealing.ts";
import { canonicalJson } from "#lib/shared/signing.ts";
import type { Pool } from "../../db.ts";
import type { Side } from "../append.ts";
import { carriedKey } from "./key.ts";

const BATCH = 1_000;

export interface Exporting {
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly side: Side;
  readonly now: Date;
  /** Told what is about to leave, before the file is there. */
  readonly begun: (header: CarriedHeader) => Promise<void>;
}

/** A file that is ready to be carried. */
export interface Exported {
  readonly path: string;
  readonly header: CarriedHeader;
}

/**
 * Writes an environment's events behind what was exported before into a file, and moves the cursor once the file is on the disk. Null
 * where there is nothing new.
 * @param again the position to begin behind in place of the cursor: for a file that was lost.
 */
export async function exportEvents(
  { pool, sealer, side, now, begun }: Exporting,
  environmentId: string,
  folder: string,
  again: string | null = null,
): Promise<Exported | null> {
  const { key, publicKey } = await carriedKey(pool, sealer, side);
  const { storeId, through, cursor } = await placesOf(pool, side, environmentId);
  const after = again ?? cursor;
  if (BigInt(after) >= BigInt(through)) return null;
  const payload = join(folder, `.${randomUUID()}.part`);
  try {
    const { lastEventAt, ...written } = await writePayload(
      pool,
      side,
      { environmentId, after, through },
      payload,
    );
    const header: CarriedHeader = {
      format: "sallyport-relay/v1",
      deployment_id: side.deploymentId,
      environment_id: environmentId,
      store_id: storeId,
      after,
      through,
      ...written,
      made_at: now.toISOString(),
      public_key: publicKey,
    };
    const name = `relay-${environmentId.replace(/[^\w-]/g, "_")}-${after}-${through}.sallyport`;
    const path = join(folder, name);
    await begun(header);
    await writeWhole(path, `${canonicalJson(header)}\n${signCarried(header, key)}\n`, payload);
    await moveCursor(pool, side, header, lastEventAt);
    return { path, header };
  } finally {
    await rm(payload, { force: true });
  }
}

/** The environments that there are events of. */
export async function environmentsOf(pool: Pool, { deploymentId }: Side): Promise<string[]> {
  const { rows } = await pool.query<{ environment_id: string }>(
    `SELECT DISTINCT environment_id FROM boundary.relay_events WHERE deployment_id = $1 ORDER BY 1`,
    [deploymentId],
  );
  return rows.map((row) => row.environment_id);
}

async function placesOf(
  pool: Pool,
  { deploymentId }: Side,
  environmentId: string,
): Promise<{ storeId: string; through: string; cursor: string }> {
  // Numbers become visible in their order: below the highest none is still to come.
  const { rows } = await pool.query<{ storeId: string; through: string; cursor: string }>(
    `SELECT store.id AS "storeId",
       coalesce((SELECT max(seq) FROM boundary.relay_events WHERE deployment_id = $1 AND environment_id = $2), 0) AS through,
       coalesce((SELECT through FROM boundary.relay_carried WHERE deployment_id = $1 AND environment_id = $2 AND side = 'export'
         AND store_id = store.id), 0) AS cursor
     FROM boundary.store AS store`,
    [deploymentId, environmentId],
  );
  return rows[0] ?? { storeId: "", through: "0", cursor: "0" };
}

async function writePayload(
  pool: Pool,
  { deploymentId }: Side,
  { environmentId, after, through }: { environmentId: string; after: string; through: string },
  path: string,
): Promise<Pick<CarriedHeader, "count" | "bytes" | "sha256"> & { lastEventAt: Date | null }> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o600);
  let [at, count, bytes] = [after, 0, 0];
  let lastEventAt: Date | null = null;
  try {
    for (;;) {
      const { rows } = await pool.query<{ seq: string; body: string; created_at: Date }>(
        `SELECT seq, body::text AS body, created_at FROM boundary.relay_events
         WHERE deployment_id = $1 AND environment_id = $2 AND seq > $3 AND seq <= $4 ORDER BY seq LIMIT $5`,
        [deploymentId, environmentId, at, through, BATCH],
      );
      const lines = Buffer.from(rows.map(({ seq, body }) => `${seq} ${body}\n`).join(""));
      hash.update(lines);
      await file.write(lines);
      count += rows.length;
      bytes += lines.length;
      at = rows.at(-1)?.seq ?? at;
      lastEventAt = rows.at(-1)?.created_at ?? lastEventAt;
      if (rows.length < BATCH) break;
    }
  } finally {
    await file.close();
  }
  return { count, bytes, sha256: hash.digest("hex"), lastEventAt };
}

/** The file appears under its name when all of it is on the disk. */
async function writeWhole(path: string, head: string, payload: string): Promise<void> {
  const part = `${payload}.whole`;
  const file: FileHandle = await open(part, "wx", 0o600);
  try {
    await file.write(head);
    for await (const chunk of createReadStream(payload)) await file.write(chunk);
    await file.sync();
    await file.close();
    await rename(part, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(part, { force: true });
    throw error;
  }
}

async function moveCursor(
  pool: Pool,
  { deploymentId, customerId }: Side,
  { environment_id, store_id, through }: CarriedHeader,
  lastEventAt: Date | null,
): Promise<void> {
  await pool.query(
    `INSERT INTO boundary.relay_carried AS kept (deployment_id, customer_id, environment_id, side, store_id, through, last_event_at, files)
     VALUES ($1, $2, $3, 'export', $4, $5, $6, 1)
     ON CONFLICT (deployment_id, environment_id, side, store_id) DO UPDATE SET files = kept.files + 1, carried_at = now(),
       last_event_at = CASE WHEN excluded.through > kept.through THEN excluded.last_event_at ELSE kept.last_event_at END,
       through = greatest(kept.through, excluded.through)`,
    [deploymentId, customerId, environment_id, store_id, through, lastEventAt],
  );
}
