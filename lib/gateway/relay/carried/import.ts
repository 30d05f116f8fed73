import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { PoolClient } from "pg";
import { CarriedHeader, CarriedRefused, verifyCarried } from "#lib/shared/gateway/carried-file.ts";
import { type RelayedEvent, readEvent } from "#lib/shared/gateway/relayed-event.ts";
import { newId } from "#lib/shared/ids.ts";
import type { Pool } from "../../db.ts";
import { appendEvents, inTransaction, recordGap, type Side } from "../append.ts";

const BATCH = 500;
const HEAD_MAX = 16_384;

export interface Importing {
  readonly pool: Pool;
  readonly side: Side;
  readonly now: Date;
  /** Where a copy lies while it is read: what was verified is what is imported. */
  readonly folder: string;
  /** The public keys of those whose files are taken. */
  readonly trusted: readonly string[];
  /** Whether to go on although a file between is missing, which leaves a gap. */
  readonly acceptGap: boolean;
  /** Told once a file is verified, before anything of it is taken in. */
  readonly begun: (header: CarriedHeader) => Promise<void>;
}

export interface Imported {
  readonly header: CarriedHeader;
  /** How many of its events were new here. */
  readonly added: number;
  /** Whether everything of it was here before. */
  readonly wasKnown: boolean;
}

/**
 * Takes in a file, whole and once. One that was taken in before, or that overlaps with one, adds what is new. One that begins behind
 * what is here is refused: the file between is missing.
 * @throws CarriedRefused
 */
export async function importEvents(importing: Importing, path: string): Promise<Imported> {
  await mkdir(importing.folder, { recursive: true, mode: 0o700 });
  const copy = join(importing.folder, `${randomUUID()}.carried`);
  try {
    const header = await verifiedCopy(importing, path, copy);
    const at = await placeOf(importing, header);
    if (at !== null && BigInt(at) >= BigInt(header.through)) return { header, added: 0, wasKnown: true };
    if (BigInt(header.after) > BigInt(at ?? "0") && !importing.acceptGap)
      throw new CarriedRefused(
        `A file is missing: this one begins behind ${header.after}, and what is here ends at ${at ?? "0"}. ` +
          `Bring the one between, have it made again with \`sallyport relay export --after ${at ?? "0"}\`, or go on without it by --accept-gap.`,
      );
    await importing.begun(header);
    return { header, added: await takeIn(importing, header, copy), wasKnown: false };
  } finally {
    await rm(copy, { force: true });
  }
}

/** Copies the lines of events while they are checked. Returns the header only if everything holds. */
async function verifiedCopy(
  { side, trusted }: Importing,
  path: string,
  copy: string,
): Promise<CarriedHeader> {
  const { line, signature, begins } = await readHead(path);
  // 1. Signed by somebody who is trusted here; nothing of it is believed before.
  const header = verifyCarried(CarriedHeader, line, signature, trusted);
  // 2. Meant for this deployment: another's events are nobody's here.
  if (header.deployment_id !== side.deploymentId)
    throw new CarriedRefused("It is another deployment's file.");
  if (BigInt(header.after) >= BigInt(header.through)) throw new CarriedRefused("Its range is none.");
  // 3. The lines are those that were signed: no byte more, and none less.
  const hash = createHash("sha256");
  const file = await open(copy, "wx", 0o600);
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { start: begins })) {
      bytes += (chunk as Buffer).length;
      if (bytes > header.bytes)
        throw new CarriedRefused("It is longer than it says. It was changed on the way.");
      hash.update(chunk as Buffer);
      await file.write(chunk as Buffer);
    }
  } finally {
    await file.close();
  }
  if (bytes < header.bytes) throw new CarriedRefused("It breaks off before its end. Copy it once more.");
  if (hash.digest("hex") !== header.sha256)
    throw new CarriedRefused(
      "Its events are not those that were signed. It was damaged or changed on the way.",
    );
  return header;
}

async function readHead(path: string): Promise<{ line: string; signature: string; begins: number }> {
  const file = await open(path, "r").catch(() => {
    throw new CarriedRefused("The file cannot be read.");
  });
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(HEAD_MAX), position: 0 });
    const text = buffer.subarray(0, bytesRead);
    const first = text.indexOf("\n");
    const second = first < 0 ? -1 : text.indexOf("\n", first + 1);
    if (second < 0) throw new CarriedRefused("It is no file of events.");
    const [line = "", signature = ""] = text.subarray(0, second).toString("utf8").split("\n");
    return { line, signature, begins: second + 1 };
  } finally {
    await file.close();
  }
}

async function placeOf(
  { pool, side }: Importing,
  { environment_id, store_id }: CarriedHeader,
): Promise<string | null> {
  const { rows } = await pool.query<{ through: string }>(
    `SELECT through FROM boundary.relay_carried
     WHERE deployment_id = $1 AND environment_id = $2 AND side = 'import' AND store_id = $3`,
    [side.deploymentId, environment_id, store_id],
  );
  return rows[0]?.through ?? null;
}

interface Line {
  readonly position: bigint;
  readonly event: RelayedEvent;
}

/** Batch by batch, each together with the cursor behind it: broken off, it goes on where it was. */
async function takeIn(importing: Importing, header: CarriedHeader, copy: string): Promise<number> {
  const { pool, side } = importing;
  let added = 0;
  let count = 0;
  let batch: Line[] = [];
  const keep = async (through: bigint) => {
    const lines = batch;
    batch = [];
    added += await inTransaction(pool, async (client) => {
      const at = await holdPlace(client, importing, header);
      const fresh = lines.filter(({ position }) => position > at);
      if (BigInt(header.after) > at) await tellMissing(client, importing, header, fresh[0]?.event ?? null);
      await movePlace(client, side, header, through, fresh.at(-1)?.event ?? null);
      const arrivals = fresh.map(({ event }) => ({
        environmentId: header.environment_id,
        origin: "carried" as const,
        event,
      }));
      return await appendEvents(client, side, arrivals);
    });
  };
  for await (const text of linesOf(copy)) {
    batch.push(lineOf(text));
    count += 1;
    if (batch.length === BATCH) await keep(batch.at(-1)?.position ?? 0n);
  }
  if (count !== header.count) throw new CarriedRefused("It does not hold as many events as it says.");
  await keep(BigInt(header.through));
  return added;
}

/** Ended by a line feed and nothing else: in a name there may be what other readers take for the end of a line. */
async function* linesOf(path: string): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      yield rest.subarray(0, end).toString("utf8");
      rest = rest.subarray(end + 1);
    }
  }
}

function lineOf(text: string): Line {
  const blank = text.indexOf(" ");
  const event = /^\d{1,19}$/.test(text.slice(0, blank)) ? readEvent(JSON.parse(text.slice(blank + 1))) : null;
  if (!event)
    throw new CarriedRefused("It holds an event that this version cannot read. Update Sallyport here first.");
  return { position: BigInt(text.slice(0, blank)), event };
}

/** Nobody else takes in events of this environment from there until the end of the transaction. */
async function holdPlace(client: PoolClient, { side }: Importing, header: CarriedHeader): Promise<bigint> {
  const { rows } = await client.query<{ through: string }>(
    `INSERT INTO boundary.relay_carried AS kept (deployment_id, customer_id, environment_id, side, store_id, through)
     VALUES ($1, $2, $3, 'import', $4, 0)
     ON CONFLICT (deployment_id, environment_id, side, store_id) DO UPDATE SET carried_at = now() RETURNING through`,
    [side.deploymentId, side.customerId, header.environment_id, header.store_id],
  );
  return BigInt(rows[0]?.through ?? 0);
}

async function movePlace(
  client: PoolClient,
  { deploymentId }: Side,
  header: CarriedHeader,
  through: bigint,
  last: RelayedEvent | null,
): Promise<void> {
  await client.query(
    `UPDATE boundary.relay_carried SET through = greatest(through, $4), last_event_at = coalesce($5, last_event_at),
       files = files + ($4 = $6)::int, other_through = greatest(other_through, $6)
     WHERE deployment_id = $1 AND environment_id = $2 AND side = 'import' AND store_id = $3`,
    [
      deploymentId,
      header.environment_id,
      header.store_id,
      through,
      last?.createdAt ?? null,
      BigInt(header.through),
    ],
  );
}

async function tellMissing(
  client: PoolClient,
  { side, now }: Importing,
  header: CarriedHeader,
  first: RelayedEvent | null,
): Promise<void> {
  const { rows } = await client.query<{ last_event_at: Date | null }>(
    `SELECT last_event_at FROM boundary.relay_carried
     WHERE deployment_id = $1 AND environment_id = $2 AND side = 'import' AND store_id = $3`,
    [side.deploymentId, header.environment_id, header.store_id],
  );
  const to = first?.createdAt ?? new Date(header.made_at);
  const from = new Date(Math.min((rows[0]?.last_event_at ?? to).getTime(), to.getTime()));
  const gap = { id: newId("gap"), environmentId: header.environment_id, sourceId: null } as const;
  await recordGap(client, side, { ...gap, from, to, count: null, reason: "file_missing" }, now);
}
