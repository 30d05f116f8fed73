import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import { newId } from "#lib/shared/ids.ts";

const Loss = z.strictObject({
  /** The id that the gap will have in the record, so that it is written once however often that is tried. */
  id: z.string(),
  from: z.string(),
  to: z.string(),
  count: z.number().int().min(1),
  reason: z.custom<CrossingReason>((reason) => typeof reason === "string"),
});
/** Crossings that lie nowhere but in memory, or not even there: what would be missing if the process ended now. */
export type Loss = z.infer<typeof Loss>;

const Losses = z.strictObject({
  /** Grows while there is no room. */
  current: Loss.nullable(),
  /** Grows no more: it is being written to the database, and what is lost from now on is another. */
  sealed: Loss.nullable(),
});

/**
 * What is lost, kept in a place on disk that was taken when there was room for it: it can be told even where nothing else can be
 * written any more.
 */
export interface LossFile {
  readonly sealed: Loss | null;
  /** How many, besides those that are sealed. */
  readonly count: number;
  /** When the last of these was lost. */
  readonly until: Date | null;
  note(count: number, reason: CrossingReason, at: Date): void;
  seal(): Loss | null;
  /** What was sealed is in the database. */
  settle(): void;
  close(): void;
}

const LENGTH = 1_024;

export function openLossFile(folder: string): LossFile {
  const path = join(folder, "loss");
  const found = read(path);
  let losses = found ?? { current: null, sealed: null };
  const descriptor = openSync(path, found ? "r+" : "w", 0o600);
  const write = (next: z.infer<typeof Losses>) => {
    losses = next;
    writeSync(
      descriptor,
      JSON.stringify(next)
        .padEnd(LENGTH - 1)
        .concat("\n"),
      0,
      "latin1",
    );
  };
  if (!found) write(losses);
  return {
    get sealed() {
      return losses.sealed;
    },
    get count() {
      return losses.current?.count ?? 0;
    },
    get until() {
      return losses.current && new Date(losses.current.to);
    },
    note(count, reason, at) {
      const { current, sealed } = losses;
      if (count === 0 && current === null) return;
      const moment = at.toISOString();
      const from = current?.from ?? moment;
      const to = current && current.to > moment ? current.to : moment;
      const next = { id: current?.id ?? newId("crs"), from, to, count, reason };
      write({ current: count === 0 ? null : next, sealed });
    },
    seal() {
      if (losses.sealed === null && losses.current) write({ current: null, sealed: losses.current });
      return losses.sealed;
    },
    settle: () => write({ ...losses, sealed: null }),
    close: () => closeSync(descriptor),
  };
}

/** Null where there is none yet, or one that was made and never filled. */
function read(path: string): z.infer<typeof Losses> | null {
  try {
    return Losses.parse(JSON.parse(readFileSync(path, "latin1")));
  } catch {
    return null;
  }
}
