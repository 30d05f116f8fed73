/** A handshake message in records of at most `size` bytes each. */
export function inRecords(message: Buffer, size: number): Buffer {
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const piece = message.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1]), uint16(piece.length), piece);
  }
  return Buffer.concat(records);
}

/** A ClientHello in one record that names these servers, with more extensions, and with something behind them. */
export function clientHello({
  names,
  more = Buffer.alloc(0),
  behind = Buffer.alloc(0),
}: {
  names: readonly string[];
  more?: Buffer;
  behind?: Buffer;
}): Buffer {
  const extensions = Buffer.concat([names.length > 0 ? serverName(names) : Buffer.alloc(0), more]);
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    Buffer.from([0]),
    withLength(Buffer.from([0x13, 0x01])),
    Buffer.from([1, 0]),
    withLength(extensions),
    behind,
  ]);
  const head = Buffer.from([1, 0, 0, 0]);
  head.writeUIntBE(body.length, 1, 3);
  return inRecords(Buffer.concat([head, body]), 16_384);
}

function serverName(names: readonly string[]): Buffer {
  const list = names.map((name) => Buffer.concat([Buffer.from([0]), withLength(Buffer.from(name))]));
  return Buffer.concat([uint16(0), withLength(withLength(Buffer.concat(list)))]);
}
clientHello.serverName = serverName;

function withLength(content: Buffer): Buffer {
  return Buffer.concat([uint16(content.length), content]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
