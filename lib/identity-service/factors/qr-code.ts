import { crc32, deflateSync } from "node:zlib";
import { encode } from "uqr";

const MODULE_PIXELS = 6;
const QUIET_MODULES = 4; // ISO/IEC 18004 asks for four

/** A text as a QR code: a PNG of black and white, as a `data:` address. SDKs' users put it straight into an image. */
export function qrCode(text: string): string {
  const { data, size } = encode(text, { border: QUIET_MODULES });
  const width = size * MODULE_PIXELS;
  const row = (modules: boolean[]) => {
    // One filter byte (none), then a bit for each pixel, white as 1.
    const bytes = Buffer.alloc(1 + Math.ceil(width / 8));
    for (let x = 0; x < width; x += 1)
      if (!modules[Math.floor(x / MODULE_PIXELS)])
        bytes[1 + (x >> 3)] = (bytes[1 + (x >> 3)] ?? 0) | (128 >> (x & 7));
    return bytes;
  };
  const rows = data.flatMap((modules) => new Array<Buffer>(MODULE_PIXELS).fill(row(modules)));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(width, 4);
  header[8] = 1; // a bit deep; greyscale, and the rest as there is only one choice
  const png = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(Buffer.concat(rows))),
    chunk("IEND", Buffer.alloc(0)),
  ]);
  return `data:image/png;base64,${png.toString("base64")}`;
}

/** PNG (third edition), section 5.3: length, type, data, and the CRC of the last two. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
