import { monotonicFactory } from "ulid";

const ulid = monotonicFactory(random);

/** A new id, `<prefix>_<ULID>`: its kind can be read off it, and ids made later sort later. */
export function newId<Prefix extends string>(prefix: Prefix): `${Prefix}_${string}` {
  return `${prefix}_${ulid()}`;
}

// Drawn ahead: an id has sixteen random characters, and going to the system for each costs more than all else about it.
const drawn = new Uint8Array(1_024);
let used = drawn.length;

/** From 0 up to, but not including 1, in steps that 32 divides: every character is as likely. */
function random(): number {
  if (used === drawn.length) {
    crypto.getRandomValues(drawn);
    used = 0;
  }
  return (drawn[used++] ?? 0) / 256;
}
