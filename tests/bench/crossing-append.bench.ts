import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { prepareDays } from "#lib/gateway/crossings/days.ts";
import { type Recorder, startRecorder } from "#lib/gateway/crossings/recorder.ts";
import { openPool } from "#lib/gateway/db.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { roleUrl } from "#prisma/roles.ts";
import { exampleCrossing } from "#tests/support/crossings.ts";
import type { Bench, Contender, Sample } from "./bench.ts";
import { startDurableDatabase } from "./identity-program.ts";

const CLIENTS = 16;
const RULES = 20;

/** What passes at one site: a few applications to a few hosts. Some are refused. */
function crossing(number: number): Crossing {
  const refused = number % 25 === 0;
  return exampleCrossing({
    beganAt: new Date(Date.now() - (number % 1_000)),
    endedAt: new Date(),
    outcome: refused ? "refused" : "allowed",
    reason: refused ? "no_rule" : null,
    ruleId: refused ? null : `rule_01M8GT85MPCV3E3ST35MH5NZ${String(number % RULES).padStart(2, "0")}`,
    peerName: `host-${number % RULES}.example.org`,
    peerAddress: `104.18.${number % 4}.${number % 16}`,
    clientName: `application-${number % 3}`,
    bytesIn: (number * 7_919) % 100_000,
    correlationId: number % 3 === 0 ? `evt_01M8GT85MPCV3E3ST35MH${String(number).padStart(5, "0")}` : null,
  });
}

/** Ours: on disk before it passes, in the record's table with all its indexes and counts at the end. */
async function ours(work: (recorder: Recorder) => Promise<number>): Promise<Contender> {
  const database = await startDurableDatabase();
  const pool = openPool(roleUrl(database.adminUrl, "gateway", "gateway"), 4, "dep_1");
  await prepareDays(pool, new Date());
  const folder = await mkdtemp(join(tmpdir(), "sallyport-append-"));
  const recorder = await startRecorder({
    pool,
    owner: { customerId: "cus_1", deploymentId: "dep_1", gateway: "door-a" },
    folder,
    failed: (error) => {
      throw error;
    },
  });
  return {
    measure: () => counted(pool, "boundary.crossings", () => work(recorder)),
    async close() {
      await recorder.stop();
      await pool.end();
      await database.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** Plain inserts of so many rows a statement, each committed, through so many connections. */
async function plain(rows: number, crossings: number): Promise<Contender> {
  const database = await startDurableDatabase();
  const pool = new pg.Pool({ connectionString: database.adminUrl, max: CLIENTS });
  pool.on("error", () => undefined);
  await pool.query(
    "CREATE TABLE public.plain (LIKE boundary.crossings INCLUDING DEFAULTS, PRIMARY KEY (id))",
  );
  const { rows: columns } = await pool.query<{ name: string }>(
    "SELECT attname AS name FROM pg_attribute WHERE attrelid = 'public.plain'::regclass AND attnum > 0 ORDER BY attnum",
  );
  const names = columns.map(({ name }) => name);
  const tuple = (from: number) => `(${names.map((_, index) => `$${from + index + 1}`).join(", ")})`;
  const tuples = Array.from({ length: rows }, (_, row) => tuple(row * names.length)).join(", ");
  const text = `INSERT INTO public.plain (${names.join(", ")}) VALUES ${tuples}`;
  let number = 0;
  const insert = async () => {
    const values = Array.from({ length: rows }, () => valuesOf(crossing(number++), names)).flat();
    await pool.query({ name: "plain", text, values });
  };
  return {
    measure: () =>
      counted(pool, "public.plain", async () => {
        let left = crossings / rows;
        const client = async () => {
          while (left-- > 0) await insert();
        };
        await Promise.all(Array.from({ length: CLIENTS }, client));
        return crossings;
      }),
    async close() {
      await pool.end();
      await database.stop();
    },
  };
}

function valuesOf(given: Crossing, names: readonly string[]): unknown[] {
  const row: Record<string, unknown> = { customer_id: "cus_1", deployment_id: "dep_1", gateway: "door-a" };
  for (const [name, value] of Object.entries(given))
    row[name.replace(/[A-Z]|256/g, (part) => `_${part.toLowerCase()}`).replace("sha_256", "sha256")] = value;
  return names.map((name) => row[name] ?? null);
}

/** The figure counts only if every row is in the database. */
async function counted(pool: pg.Pool, table: string, work: () => Promise<number>): Promise<Sample> {
  const count = async () => Number((await pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count);
  const before = await count();
  const begun = performance.now();
  const done = await work();
  const seconds = (performance.now() - begun) / 1_000;
  if ((await count()) !== before + done)
    throw new Error(`${done} crossings were recorded, others are there.`);
  return { value: done / seconds, operations: done };
}

const ONE_BY_ONE = 20_000;
const IN_BATCHES = 60_000;

export const bench: Bench = {
  cases: [
    {
      name: "one by one: each waits until it is durable, 16 at once",
      unit: "crossings/s",
      better: "higher",
      ours: () =>
        ours(async (recorder) => {
          let number = 0;
          const client = async () => {
            while (number < ONE_BY_ONE) {
              recorder.record(crossing(number++));
              await recorder.sync();
            }
          };
          await Promise.all(Array.from({ length: CLIENTS }, client));
          await recorder.flush();
          return ONE_BY_ONE;
        }),
      peer: () => plain(1, ONE_BY_ONE),
    },
    {
      name: "in batches: the peer's of 100, 16 at once",
      unit: "crossings/s",
      better: "higher",
      ours: () =>
        ours(async (recorder) => {
          for (let number = 0; number < IN_BATCHES; ) {
            for (let burst = 0; burst < 100; burst += 1) recorder.record(crossing(number++));
            await new Promise(setImmediate);
          }
          await recorder.flush();
          return IN_BATCHES;
        }),
      peer: () => plain(100, IN_BATCHES),
    },
  ],
};
