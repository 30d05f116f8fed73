import pg from "pg";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { Pool } from "../db.ts";
import { gapOf } from "./gap.ts";
import { type Owner, STATEMENTS, upsertValues } from "./upsert.ts";

/** What is to be written: crossings that the database cannot have yet, as far as this process knows, and others. */
export interface Batch {
  readonly first: readonly Crossing[];
  readonly again: readonly Crossing[];
}

/** Writes crossings, each as the last of its id says, in statements that are each there wholly or not at all. */
export type Write = (batch: Batch) => Promise<void>;

/** What one statement takes: with more it takes no less for each. Two are written at once, so that one counts and commits meanwhile. */
const STATEMENT_MAX = 2_000;
export const BATCH_MAX = 2 * STATEMENT_MAX;

export function crossingWriter(pool: Pool, owner: Owner, sent: () => boolean): Write {
  const days = new Set<string>();
  const prepare = async (crossings: readonly Crossing[]) => {
    for (const day of new Set(crossings.map(({ beganAt }) => beganAt.toISOString().slice(0, 10)))) {
      if (days.has(day)) continue;
      await pool.query("SELECT boundary.prepare_day($1)", [day]);
      days.add(day);
    }
  };
  const run = async (how: "insert" | "upsert", crossings: readonly Crossing[]) => {
    const to = sent() ? "sent" : "kept";
    const values = upsertValues(owner, crossings);
    await pool.query({ name: `crossings-${to}-${how}`, text: STATEMENTS[to][how], values });
  };
  const write = async (how: "insert" | "upsert", crossings: readonly Crossing[]): Promise<void> => {
    await prepare(crossings);
    try {
      await run(how, crossings);
    } catch (error) {
      if (isMissingDay(error)) days.clear();
      if (!isOfTheData(error)) throw error;
      // The answer to a statement was lost, and what it wrote is there.
      if (how === "insert" && isThere(error)) return await write("upsert", crossings);
      if (crossings.length > 1) {
        // One of them cannot be written; which one shows by halves.
        const half = crossings.length >> 1;
        await write(how, crossings.slice(0, half));
        await write(how, crossings.slice(half));
        return;
      }
      const [crossing] = crossings;
      if (!crossing || crossing.kind === "gap") throw error;
      await write("upsert", [gapOf(crossing.id, crossing.beganAt, crossing.beganAt, 1, "unwritable")]);
    }
  };
  return async ({ first, again }) => {
    const statements = [
      ...chunks(first).map((crossings) => write("insert", crossings)),
      ...chunks(again).map((crossings) => write("upsert", crossings)),
    ];
    // All are waited for: what one of them failed at is tried again, and must not be tried while another still writes.
    const failed = (await Promise.allSettled(statements)).find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
  };
}

function chunks(crossings: readonly Crossing[]): Crossing[][] {
  const count = Math.ceil(crossings.length / STATEMENT_MAX);
  const size = Math.ceil(crossings.length / count);
  return Array.from({ length: count }, (_, index) => crossings.slice(index * size, (index + 1) * size));
}

function isThere(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === "23505";
}

/** Classes 22 and 23 of SQLSTATE: a value makes no sense, or a constraint refuses it. It would be refused again. */
function isOfTheData(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? "") && !isMissingDay(error);
}

/** No partition takes the row: its day was dropped after it had been prepared. */
function isMissingDay(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError && error.code === "23514" && error.message.startsWith("no partition")
  );
}
