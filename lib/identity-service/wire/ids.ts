import { decodeTime, encodeTime } from "ulid";

/** When an id was made, to the millisecond it says: so that the order of ids is the order of creation. */
export function createdAt(id: string): Date {
  return new Date(decodeTime(id.slice(id.lastIndexOf("_") + 1)));
}

/** The id that sorts before every id made since. */
export function firstIdSince(prefix: string, at: Date): string {
  return `${prefix}_${encodeTime(at.getTime(), 10)}`;
}
