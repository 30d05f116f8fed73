import { Duplex } from "node:stream";

/** Of one message: a group with a hundred thousand members is some ten megabytes. */
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;
/** Between two requests: more are not a page of what was asked for. */
const MESSAGES_MAX = 20_000;
const EMPTY = Buffer.alloc(0);

/**
 * Hands on what a server sends one whole message at a time. The client library reads any number of messages out of what
 * arrives together by calling itself for each, and keeps whatever length a message claims to have: a server, or who
 * stands in its place, could end this process with either.
 */
export class Frames extends Duplex {
  // As a socket that is connected, which is all the client library asks about.
  readonly connecting = false;
  readonly readyState = "open";
  readonly #socket: Duplex;
  #chunks: Buffer[] = [];
  #sizeBytes = 0;
  #messages = 0;
  /** Why the connection ended, where that was not asked for. */
  failure: Error | null = null;

  constructor(socket: Duplex) {
    super();
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    socket.once("error", (error) => this.destroy(error));
    socket.once("close", () => this.destroy());
    socket.once("end", () => this.push(null));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#messages = 0;
    this.#socket.write(chunk, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.failure ??= error;
    this.#socket.destroy();
    done(error);
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    try {
      for (let message = this.#next(); message !== null; message = this.#next())
        if (!this.push(message)) this.#socket.pause();
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #next(): Buffer | null {
    const [first = EMPTY] = this.#chunks;
    // A message's length stands in its first six bytes: what came in pieces is joined once, when all of it is here.
    if (first.length < 6 && this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const lengthBytes = messageLength(this.#chunks[0] ?? EMPTY);
    if (lengthBytes === null || this.#sizeBytes < lengthBytes) return null;
    this.#messages += 1;
    if (this.#messages > MESSAGES_MAX) throw new Error("it sends more entries at once than were asked for");
    const [only = EMPTY, ...more] = this.#chunks;
    const all = more.length === 0 ? only : Buffer.concat(this.#chunks);
    const rest = all.subarray(lengthBytes);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#sizeBytes = rest.length;
    return all.subarray(0, lengthBytes);
  }
}

/**
 * How long the message is that begins here; null where not enough of it is here to tell.
 * @throws Error where no LDAP message begins so (RFC 4511, 5.1).
 */
export function messageLength(bytes: Buffer): number | null {
  if (bytes.length < 2) return null;
  if (bytes[0] !== 0x30) throw new Error("what it sends is not LDAP");
  const short = bytes[1] ?? 0;
  if (short < 0x80) return 2 + short;
  const digits = short & 0x7f;
  if (digits === 0 || digits > 4) throw new Error("what it sends is not LDAP");
  if (bytes.length < 2 + digits) return null;
  const lengthBytes = 2 + digits + bytes.readUIntBE(2, digits);
  if (lengthBytes > MESSAGE_BYTES_MAX) throw new Error("it sends a message that is too large");
  return lengthBytes;
}
