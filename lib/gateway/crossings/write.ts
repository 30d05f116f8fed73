import pg from "pg";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { Pool } from "../db.ts";
import { gapOf } from "./gap.ts";
import { type Owner, UPSERT, UPSERT_SENT, upsertValues } from "./upsert.ts";

/** Writes crossings, each as the last of its id says, in one statement that is there wholly or not at all. */
export type Write = (crossings: readonly Crossing[]) => Promise<void>;

export function crossingWriter(pool: Pool, owner: Owner, sent: () => boolean): Write {
  const days = new Set<string>();
  const prepare = async (crossings: readonly Crossing[]) => {
    for (const day of new Set(crossings.map(({ beganAt }) => beganAt.toISOString().slice(0, 10)))) {
      if (days.has(day)) continue;
      await pool.query("SELECT boundary.prepare_day($1)", [day]);
      days.add(day);
    }
  };
  const insert = async (crossings: readonly Crossing[]) => {
    const values = upsertValues(owner, crossings);
    await pool.query(
      sent()
        ? { name: "crossings-sent", text: UPSERT_SENT, values }
        : { name: "crossings", text: UPSERT, values },
    );
  };
  return async function write(crossings) {
    await prepare(crossings);
    try {
      await insert(crossings);
    } catch (error) {
      if (isMissingDay(error)) days.clear();
      if (!isOfTheData(error)) throw error;
      if (crossings.length > 1) {
        // One of them cannot be written; which one shows by halves.
        const half = crossings.length >> 1;
        await write(crossings.slice(0, half));
        await write(crossings.slice(half));
        return;
      }
      const [crossing] = crossings;
      if (!crossing || crossing.kind === "gap") throw error;
      await write([gapOf(crossing.id, crossing.beganAt, crossing.beganAt, 1, "unwritable")]);
    }
  };
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
