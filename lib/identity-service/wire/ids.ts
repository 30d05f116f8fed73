import { decodeTime, encodeTime } from "ulid";
import { newId } from "#lib/shared/ids.ts";

/** Where a row comes from: made here and now, or elsewhere, with the id and the times that it has there. */
export interface Origin {
  id: string;
  createdAt: Date;
  updatedAt: Date;
}

export function madeNow(prefix: string): Origin {
  const id = newId(prefix);
  const at = createdAt(id);
  return { id, createdAt: at, updatedAt: at };
}

/** When an id was made, to the millisecond it says: so that the order of ids is the order of creation. */
export function createdAt(id: string): Date {
  return new Date(decodeTime(id.slice(id.lastIndexOf("_") + 1)));
}

/** The id that sorts before every id made since. */
export function firstIdSince(prefix: string, at: Date): string {
  return `${prefix}_${encodeTime(at.getTime(), 10)}`;
}
