import { createHash } from "node:crypto";

/** What a server's first bytes tell of the TLS that it speaks; null what they do not. */
export interface ServerGreeting {
  readonly version: string | null;
  /** Of the server's own certificate, in hex. From TLS 1.3 on it is encrypted, and when a session is resumed none is sent. */
  readonly certificateSha256: string | null;
}

const HANDSHAKE = 22;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;
const SUPPORTED_VERSIONS = 43;
const VERSIONS: Partial<Record<number, string>> = {
  768: "SSLv3",
  769: "TLSv1",
  770: "TLSv1.1",
  771: "TLSv1.2",
  772: "TLSv1.3",
};
const TLS_1_3 = 772;

const RECORD_BYTES_MAX = 16_384;
/** Until the end of the first certificate: real servers need one to four. */
const RECORDS_MAX = 64;
/** Real ones have some hundred bytes. It is all that is ever kept. */
const HELLO_BYTES_MAX = 4_096;
const CERTIFICATE_BYTES_MAX = 65_536;

/**
 * Reads a ServerHello (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3) and the Certificate behind it, however they are cut into
 * records and packets. It looks on while they pass, and nothing waits for it. A certificate is not believed here: whether it is good
 * is for the client to say, which gets it, too.
 */
export class ServerHelloReader implements ServerGreeting {
  version: string | null = null;
  certificateSha256: string | null = null;
  readonly #reading: Generator<undefined, void, Buffer> = this.#read();

  constructor() {
    this.#reading.next();
  }

  /** Whether there is nothing more to be learned. */
  read(chunk: Buffer): boolean {
    return this.#reading.next(chunk).done ?? false;
  }

  *#read(): Reading<void> {
    const messages = new Messages();
    try {
      const hello = yield* messages.begin(SERVER_HELLO);
      const version = versionOf(yield* messages.bytes(atMost(hello, HELLO_BYTES_MAX)));
      this.version = VERSIONS[version] ?? null;
      if (version >= TLS_1_3) return;
      yield* messages.begin(CERTIFICATE);
      yield* messages.bytes(3); // the length of the whole chain
      let left = atMost((yield* messages.bytes(3)).readUIntBE(0, 3), CERTIFICATE_BYTES_MAX);
      if (left === 0) return;
      const hash = createHash("sha256");
      while (left > 0) {
        const piece = yield* messages.some(left);
        hash.update(piece);
        left -= piece.length;
      }
      this.certificateSha256 = hash.digest("hex");
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
    }
  }
}

/** Goes on with each chunk that arrives. */
type Reading<T> = Generator<undefined, T, Buffer>;

class Unreadable extends Error {}

/** The messages of a handshake, without the records around them. */
class Messages {
  #chunk: Buffer = Buffer.alloc(0);
  #leftOfRecord = 0;
  #records = 0;

  /** The length of the next message. */
  *begin(kind: number): Reading<number> {
    const head = yield* this.bytes(4);
    if (head[0] !== kind) throw new Unreadable();
    return head.readUIntBE(1, 3);
  }

  *bytes(length: number): Reading<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = length; left > 0; ) {
      const piece = yield* this.some(left);
      left -= piece.length;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** What there is of it, at least one byte. */
  *some(most: number): Reading<Buffer> {
    if (this.#leftOfRecord === 0) this.#leftOfRecord = yield* this.#record();
    const piece = yield* this.#raw(Math.min(most, this.#leftOfRecord));
    this.#leftOfRecord -= piece.length;
    return piece;
  }

  *#record(): Reading<number> {
    this.#records += 1;
    const head = Buffer.alloc(5);
    for (let at = 0; at < head.length; ) at += (yield* this.#raw(head.length - at)).copy(head, at);
    const length = head.readUInt16BE(3);
    const isGood = head[0] === HANDSHAKE && head[1] === 3 && length > 0 && length <= RECORD_BYTES_MAX;
    if (!isGood || this.#records > RECORDS_MAX) throw new Unreadable();
    return length;
  }

  *#raw(most: number): Reading<Buffer> {
    while (this.#chunk.length === 0) this.#chunk = yield;
    const piece = this.#chunk.subarray(0, most);
    this.#chunk = this.#chunk.subarray(piece.length);
    return piece;
  }
}

function atMost(length: number, most: number): number {
  if (length > most) throw new Unreadable();
  return length;
}

/** The version that was agreed on: the one of TLS 1.3 and later stands in an extension, so that old boxes on the way see a 1.2. */
function versionOf(hello: Buffer): number {
  const at = (position: number) => {
    if (position < 0 || position + 2 > hello.length) throw new Unreadable();
    return hello.readUInt16BE(position);
  };
  const old = at(0);
  const sessionEnds = 35 + (hello[34] ?? 0);
  // Behind the session: cipher suite, compression, and the extensions' length.
  let position = sessionEnds + 5;
  for (; position + 4 <= hello.length; position += 4 + at(position + 2))
    if (at(position) === SUPPORTED_VERSIONS) return at(position + 4);
  return old;
}
