/** What the first bytes of a connection tell of the name that its TLS asks for. */
export type HelloReading =
  | { readonly state: "more" }
  /** Its bytes are those of some other protocol. */
  | { readonly state: "not_tls" }
  /** It begins like TLS, and breaks its rules or our bounds. */
  | { readonly state: "bad"; readonly problem: string }
  /** `name` is in lower case; null where the client gave none. */
  | { readonly state: "read"; readonly name: string | null };

const RECORD_HEAD_BYTES = 5;
const MESSAGE_HEAD_BYTES = 4;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const SERVER_NAME = 0;
const HOST_NAME = 0;
const RECORD_BYTES_MAX = 16_384; // RFC 8446 section 5.1
/** Some clients cut it to get past filters; none needs a record for each byte, which would be looked through again with each. */
const RECORDS_MAX = 64;
/** Post-quantum key shares have made them a few kilobytes; nobody needs more than this. */
export const HELLO_BYTES_MAX = 32_768;

/**
 * Reads the server name of a ClientHello (RFC 8446 section 4.1.2, RFC 6066 section 3), however it is cut into records and
 * packets. Nothing of it is believed beyond that name: it is compared with the name that was asked for.
 */
export function readClientHello(bytes: Buffer): HelloReading {
  if (bytes.length === 0) return { state: "more" };
  // The first byte of a record, and the major version that every TLS has kept.
  if (bytes[0] !== HANDSHAKE || (bytes.length > 1 && bytes[1] !== 3)) return { state: "not_tls" };
  const gathered = gatherMessage(bytes);
  if ("state" in gathered) return gathered;
  try {
    return { state: "read", name: serverNameOf(gathered) };
  } catch (error) {
    if (!(error instanceof HelloProblem)) throw error;
    return bad(error.message);
  }
}

class HelloProblem extends Error {}

/** The whole ClientHello without its records; or why there is none yet. */
function gatherMessage(bytes: Buffer): Buffer | HelloReading {
  const pieces: Buffer[] = [];
  let gatheredBytes = 0;
  let end: number | null = null;
  for (let at = 0; ; ) {
    if (pieces.length === RECORDS_MAX) return bad("The ClientHello is cut into too many records.");
    if (bytes.length < at + RECORD_HEAD_BYTES) return tooLongOrMore(bytes);
    if (bytes[at] !== HANDSHAKE) return bad("The ClientHello is interrupted.");
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > RECORD_BYTES_MAX)
      return bad("A TLS record has a length that none may have.");
    const record = bytes.subarray(at + RECORD_HEAD_BYTES, at + RECORD_HEAD_BYTES + length);
    pieces.push(record);
    gatheredBytes += record.length;
    end ??= endOfMessage(pieces, gatheredBytes);
    const kind = pieces[0]?.[0];
    if (kind !== undefined && kind !== CLIENT_HELLO)
      return bad("TLS begins with something else than a ClientHello.");
    if (end !== null && end > HELLO_BYTES_MAX) return bad("The ClientHello is too long.");
    if (end !== null && gatheredBytes >= end) return Buffer.concat(pieces).subarray(MESSAGE_HEAD_BYTES, end);
    if (record.length < length) return tooLongOrMore(bytes);
    at += RECORD_HEAD_BYTES + length;
  }
}

/** Where the message ends that begins in these pieces; null where they do not say yet. */
function endOfMessage(pieces: readonly Buffer[], gatheredBytes: number): number | null {
  if (gatheredBytes < MESSAGE_HEAD_BYTES) return null;
  return MESSAGE_HEAD_BYTES + Buffer.concat(pieces).readUIntBE(1, 3);
}

function bad(problem: string): HelloReading {
  return { state: "bad", problem };
}

function tooLongOrMore(bytes: Buffer): HelloReading {
  return bytes.length > HELLO_BYTES_MAX ? bad("The ClientHello is too long.") : { state: "more" };
}

function serverNameOf(hello: Buffer): string | null {
  const reader = new Reader(hello);
  reader.skip(2 + 32); // legacy_version, random
  reader.skip(reader.number(1)); // legacy_session_id
  reader.skip(reader.number(2)); // cipher_suites
  reader.skip(reader.number(1)); // legacy_compression_methods
  if (reader.isAtEnd) return null;
  const extensions = reader.part(reader.number(2));
  if (!reader.isAtEnd) throw new HelloProblem("The ClientHello has something behind its end.");
  let name: string | null = null;
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const content = extensions.part(extensions.number(2));
    if (type !== SERVER_NAME) continue;
    // Two of them, and a server may take the one that was not looked at.
    if (name !== null) throw new HelloProblem("The ClientHello names a server twice.");
    name = nameOf(content);
  }
  return name;
}

function nameOf(content: Reader): string {
  const list = content.part(content.number(2));
  if (list.number(1) !== HOST_NAME) throw new HelloProblem("The server's name is of an unknown kind.");
  const name = list.part(list.number(2)).text();
  if (!list.isAtEnd || !content.isAtEnd) throw new HelloProblem("The ClientHello names a server twice.");
  if (!/^[a-z0-9.-]+$/i.test(name)) throw new HelloProblem("The server's name is not one.");
  return name.toLowerCase();
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  number(size: 1 | 2): number {
    return this.#take(size).readUIntBE(0, size);
  }

  part(length: number): Reader {
    return new Reader(this.#take(length));
  }

  skip(length: number): void {
    this.#take(length);
  }

  text(): string {
    return this.#bytes.toString("latin1");
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw new HelloProblem("The ClientHello ends within one of its parts.");
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
