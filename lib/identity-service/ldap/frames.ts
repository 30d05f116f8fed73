/** Of one message: a group with a hundred thousand members is some ten megabytes. */
const MESSAGE_BYTES_MAX = 64 * 1024 * 1024;
const CONSTRUCTED = 0x20;
const EMPTY = Buffer.alloc(0);

/**
 * Cuts what a server sends into whole messages whose lengths fit into one another. The library's parser believes lengths, and
 * goes round for ever at one that reaches beyond its message: a server, or who stands in its place, could end this process.
 */
export class Frames {
  #chunks: Buffer[] = [];
  #sizeBytes = 0;

  /** The messages that are complete with this chunk. @throws Error where this is no LDAP. */
  push(chunk: Buffer): Buffer[] {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    const messages: Buffer[] = [];
    for (let message = this.#next(); message !== null; message = this.#next()) {
      requireFitting(message);
      messages.push(message);
    }
    return messages;
  }

  #next(): Buffer | null {
    const [first = EMPTY] = this.#chunks;
    // A message's length stands in its first six bytes: what came in pieces is joined once, when all of it is here.
    if (first.length < 6 && this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    const lengthBytes = messageLength(this.#chunks[0] ?? EMPTY);
    if (lengthBytes === null || this.#sizeBytes < lengthBytes) return null;
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
  if (bytes[0] !== 0x30) throw notLdap();
  const head = headOf(bytes, 0);
  if (head === null) return null;
  if (head.end > MESSAGE_BYTES_MAX) throw new Error("it sends a message that is too large");
  return head.end;
}

/** Where the content of the element at `at` begins and ends; null where its length is not all here. */
function headOf(bytes: Buffer, at: number): { start: number; end: number } | null {
  const short = bytes[at + 1];
  if (short === undefined) return null;
  if (short < 0x80) return { start: at + 2, end: at + 2 + short };
  const digits = short & 0x7f;
  if (digits === 0 || digits > 4) throw notLdap();
  const start = at + 2 + digits;
  if (bytes.length < start) return null;
  return { start, end: start + bytes.readUIntBE(at + 2, digits) };
}

function requireFitting(message: Buffer): void {
  const ends = [message.length];
  for (let at = 0; at < message.length; ) {
    while (at === ends.at(-1)) ends.pop();
    const head = headOf(message, at);
    if (head === null || head.end > (ends.at(-1) ?? 0) || ends.length > 20) throw notLdap();
    const isContainer = ((message[at] ?? 0) & CONSTRUCTED) !== 0;
    if (isContainer && head.start < head.end) ends.push(head.end);
    at = isContainer ? head.start : head.end;
  }
}

function notLdap(): Error {
  return new Error("what it sends is not LDAP");
}
