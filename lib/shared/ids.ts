import { monotonicFactory } from "ulid";

const ulid = monotonicFactory();

/** A new id, `<prefix>_<ULID>`: its kind can be read off it, and ids made later sort later. */
export function newId<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
  return `${prefix}_${ulid()}`;
}
