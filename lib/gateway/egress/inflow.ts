/**
 * All tunnels read into this one piece of memory, one after the other, and what was read is copied out at once. Left to itself Node
 * takes new memory for each read; what 64 kB of it at a time leave behind makes the collector look through all that lives.
 */
const SHARED = Buffer.allocUnsafeSlow(65_536);

/** What is smaller is copied into memory of its own size, so that what waits for a slow client is no more than what came for it. */
const WORTH_A_PIECE_BYTES = 16_384;
const FREE_PIECES_MAX = 16;
const freePieces: Buffer[] = [];

/** Whoever passes on what comes. */
export interface Taker {
  /** @param sent called when nothing of the chunk is needed any more. False where no more is to be read for now. */
  take(chunk: Buffer, sent?: () => void): boolean;
}

/** What the other side of a tunnel sends. */
export class Inflow {
  /** For the socket that is to be read so. It must stay paused until `to` was called. */
  readonly onread = {
    buffer: SHARED,
    callback: (lengthBytes: number): boolean => copyOut(lengthBytes, this.#taker),
  };
  #taker: Taker | null = null;

  to(taker: Taker): void {
    this.#taker = taker;
  }
}

function copyOut(lengthBytes: number, taker: Taker | null): boolean {
  if (!taker) throw new Error("It was read before somebody listened.");
  const read = SHARED.subarray(0, lengthBytes);
  if (lengthBytes < WORTH_A_PIECE_BYTES) return taker.take(Buffer.from(read));
  const piece = freePieces.pop() ?? Buffer.allocUnsafeSlow(SHARED.length);
  read.copy(piece);
  return taker.take(piece.subarray(0, lengthBytes), () => {
    if (freePieces.length < FREE_PIECES_MAX) freePieces.push(piece);
  });
}
