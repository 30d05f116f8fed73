import { isDiskFull } from "../db.ts";
import type { QueueState } from "./queue.ts";

const NO_ROOM: Readonly<Record<string, string>> = {
  disk_full: "The disk of this gateway is full",
  spool_full: "The room for crossings on the disk is used up",
  spool_failed: "The disk of this gateway takes no crossings",
};

/** What whoever looks after the gateway is told. @param unwritten why the database took nothing the last time; null where it did. */
export function recordProblem(
  { unsafe, missing, lossReason }: QueueState,
  unwritten: unknown,
): string | null {
  const sentences: string[] = [];
  if (isDiskFull(unwritten))
    sentences.push("The disk of the database is full: crossings wait in files of this gateway.");
  else if (unwritten !== null)
    sentences.push("The database takes no crossings: they wait in files of this gateway.");
  const noRoom = NO_ROOM[lossReason];
  if (unsafe > 0 && noRoom) sentences.push(`${noRoom}: ${unsafe} crossings lie in memory only.`);
  if (missing > 0) sentences.push(`${missing} crossings could not be kept; a gap will say so.`);
  return sentences.length > 0 ? sentences.join(" ") : null;
}
