import { createHash, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BundleManifest } from "#lib/shared/bundle/manifest.ts";
import { readBundle } from "#lib/shared/bundle/read.ts";
import { bundleHead } from "#lib/shared/bundle/write.ts";
import { publicKeyText } from "#lib/shared/signing.ts";
import type { Bench, Contender } from "./bench.ts";

const ENTRIES = 4;
const CHUNKS = 256;
const CHUNK = Buffer.alloc(1_048_576, "what a program is made of ");
const SIZE = ENTRIES * CHUNKS * CHUNK.length;
const CONSOLE = "con_01KB45Q0000000000000000001";

/** A bundle of 1 GB in a file, and what is timed: reading it to its end. */
async function overFile(read: (path: string, publicKey: string) => Promise<void>): Promise<Contender> {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-bundle-"));
  const path = join(folder, "update.bundle");
  const { privateKey } = generateKeyPairSync("ed25519");
  const hash = createHash("sha256");
  for (let at = 0; at < CHUNKS; at++) hash.update(CHUNK);
  const sha256 = hash.digest("hex");
  const manifest: BundleManifest = {
    format: "sallyport-bundle/v1",
    bundle_id: "bdl_01KB45Q0000000000000000001",
    issuer: { id: CONSOLE, name: "Northwind" },
    serial: 1,
    made_at: "2026-11-28T12:00:00.000Z",
    valid_until: "2026-12-28T12:00:00.000Z",
    entries: Array.from({ length: ENTRIES }, (_, at) => ({
      ...{ kind: "update", name: `part-${at}`, bytes: CHUNKS * CHUNK.length, sha256 },
    })),
  };
  const file = createWriteStream(path);
  file.write(bundleHead(manifest, [privateKey]).head);
  for (let at = 0; at < ENTRIES * CHUNKS; at++) if (!file.write(CHUNK)) await once(file, "drain");
  file.end();
  await once(file, "close");
  return {
    measure: async () => {
      const begun = performance.now();
      await read(path, publicKeyText(privateKey));
      return { value: SIZE / 1_000 / (performance.now() - begun), operations: 1 };
    },
    close: () => rm(folder, { recursive: true }),
  };
}

const stream = (path: string) => createReadStream(path, { highWaterMark: 262_144 });

async function verifyIt(path: string, publicKey: string): Promise<void> {
  const keys = [{ consoleId: CONSOLE, publicKey }];
  const takenOf = async () => ({ lastSerial: null, isKnown: false });
  const trust = { keys, now: new Date("2026-11-28T13:00:00Z"), bytesMax: SIZE, takenOf };
  let length = 0;
  await readBundle(stream(path), trust, (_entry, bytes) => {
    length += bytes.length;
  });
  if (length !== SIZE) throw new Error("Not all of it was read.");
}

async function hashIt(path: string): Promise<void> {
  const hash = createHash("sha256");
  for await (const chunk of stream(path)) hash.update(chunk as Buffer);
  if (hash.digest("hex").length !== 64) throw new Error("It was not hashed.");
}

export const bench: Bench = {
  cases: [
    {
      ...{ name: "1 GB from a file, all checks; the peer hashes the file", unit: "MB/s", better: "higher" },
      ours: () => overFile(verifyIt),
      peer: () => overFile(hashIt),
    },
  ],
};
