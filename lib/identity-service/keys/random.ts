import { randomFillSync } from "node:crypto";

// Drawn ahead: going to the system for each costs more than all else about a secret.
const drawn = Buffer.allocUnsafeSlow(4_096);
let used = drawn.length;

/** Up to 64 random bytes that nobody can guess. What is handed out is not kept. */
export function drawRandom(bytes: number): Buffer {
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  const end = used + bytes;
  const piece = Buffer.from(drawn.subarray(used, end));
  drawn.fill(0, used, end);
  used = end;
  return piece;
}
