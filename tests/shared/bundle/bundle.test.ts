import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { keyFingerprint, keyLine, readKeyLine } from "#lib/shared/bundle/key.ts";
import { type BundleManifest, MANIFEST_BYTES_MAX, whatIsSigned } from "#lib/shared/bundle/manifest.ts";
import { readBundle, type TakenBefore } from "#lib/shared/bundle/read.ts";
import { bundleHead } from "#lib/shared/bundle/write.ts";
import { canonicalJson, publicKeyText } from "#lib/shared/signing.ts";

const NOW = new Date("2026-11-28T12:00:00.000Z");
const CONSOLE = "con_01KB45Q0000000000000000001";
const OTHER_CONSOLE = "con_01KB45Q0000000000000000002";
const [key, next, strange] = [1, 2, 3].map(() => generateKeyPairSync("ed25519").privateKey) as [
  KeyObject,
  KeyObject,
  KeyObject,
];
const trusted = { consoleId: CONSOLE, publicKey: publicKeyText(key) };
const CONTENTS = { resolvers: "8.8.8.0/24\n", senders: "9.9.9.0/24\n2001:4860::/32\n" };

const entry = (name: string, content: string) => ({
  ...{ kind: "address_set", name, bytes: Buffer.byteLength(content) },
  sha256: createHash("sha256").update(content).digest("hex"),
});

const manifest = (over: Partial<BundleManifest> = {}): BundleManifest => ({
  format: "sallyport-bundle/v1",
  bundle_id: "bdl_01KB45Q0000000000000000001",
  issuer: { id: CONSOLE, name: "Northwind" },
  serial: 7,
  made_at: "2026-11-27T12:00:00.000Z",
  valid_until: "2026-12-27T12:00:00.000Z",
  entries: Object.entries(CONTENTS).map(([name, content]) => entry(name, content)),
  ...over,
});

const BODY = Object.values(CONTENTS).join("");

function bundle(over: Partial<BundleManifest> = {}, keys = [key], body: string | Buffer = BODY): Buffer {
  return Buffer.concat([bundleHead(manifest(over), keys).head, Buffer.from(body)]);
}

/** What was signed as it stands, although no issuer of this version would write it. */
function signedLine(line: string, signed = whatIsSigned(Buffer.from(line)), body = BODY): Buffer {
  return Buffer.from(`${line}\n${sign(null, signed, key).toString("base64url")}\n${body}`);
}

const line = (over: Record<string, unknown> = {}) => canonicalJson({ ...manifest(), ...over });

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

interface Here {
  keys?: { consoleId: string; publicKey: string }[];
  now?: Date;
  taken?: TakenBefore;
  bytesMax?: number;
  size?: number;
}

async function read(
  bytes: Uint8Array,
  {
    keys = [trusted],
    now = NOW,
    taken = { lastSerial: null, isKnown: false },
    bytesMax = 1_000,
    size = 64,
  }: Here = {},
) {
  const found: Record<string, string> = {};
  const verified = await readBundle(
    chunks(bytes, size),
    { keys, now, bytesMax, takenOf: async () => taken },
    ({ name }, part) => {
      found[name] = (found[name] ?? "") + Buffer.from(part).toString("latin1");
    },
  );
  return { ...verified, found };
}

describe("a bundle", () => {
  test.each([1, 7, 64, 10_000])("is read as it was made, in chunks of %i bytes", async (size) => {
    const { found, manifest: said, signedBy, isKnown } = await read(bundle(), { size });
    expect(found).toEqual(CONTENTS);
    expect(said).toEqual(manifest());
    expect([signedBy, isKnown]).toEqual([trusted, false]);
  });

  test("is taken by whoever trusts either key while one is replaced", async () => {
    const both = bundle({}, [key, next]);
    const newer = { consoleId: CONSOLE, publicKey: publicKeyText(next) };
    expect((await read(both)).signedBy).toEqual(trusted);
    expect((await read(both, { keys: [newer] })).signedBy).toEqual(newer);
    await expect(read(bundle({}, [key]), { keys: [newer] })).rejects.toThrow(/not signed by a key/);
  });

  test("that was taken before is harmless, also when newer ones came and its time is over", async () => {
    const taken = { lastSerial: 9, isKnown: true };
    const now = new Date("2028-01-01T00:00:00Z");
    expect(await read(bundle(), { taken, now })).toMatchObject({ isKnown: true });
  });

  test("may hold an entry of no bytes", async () => {
    expect((await read(bundle({ entries: [entry("empty", "")] }, [key], ""))).found).toEqual({});
  });
});

const swapped = [...manifest().entries].reverse();
const cut = bundle().subarray(0, -1);
const changed = Buffer.from(bundle());
changed[changed.length - 2] = (changed[changed.length - 2] ?? 0) ^ 1;

const REFUSED: Record<string, [Uint8Array, RegExp, Here?]> = {
  "of another key": [bundle({}, [strange]), /not signed by a key that is trusted/],
  "where no key is trusted": [bundle(), /No console's key is trusted/, { keys: [] }],
  "without a signature": [Buffer.from(`${line()}\n\n${BODY}`), /not signed/],
  "with a signature of zeros": [Buffer.from(`${line()}\n${"A".repeat(86)}\n${BODY}`), /not signed/],
  "whose manifest was changed after": [
    Buffer.from(bundle().toString("latin1").replace('"serial":7', '"serial":8'), "latin1"),
    /not signed/,
  ],
  "whose manifest is signed as any other document is": [
    signedLine(line(), Buffer.from(line())),
    /not signed/,
  ],
  "whose signature is over another kind of document": [
    signedLine(line(), Buffer.from(`DSSEv1 16 application/json ${line().length} ${line()}`)),
    /not signed/,
  ],
  "in the name of another console": [
    bundle({ issuer: { id: OTHER_CONSOLE, name: "Somebody else" } }),
    /another console/,
  ],
  "whose entries are swapped in the file": [
    bundle({}, [key], Object.values(CONTENTS).reverse().join("")),
    /resolvers is not what was signed/,
  ],
  "whose entries are swapped in the manifest": [
    signedLine(line({ entries: swapped })),
    /senders is not what was signed/,
  ],
  "with one byte changed": [changed, /senders is not what was signed/],
  "that breaks off": [cut, /breaks off before its end/],
  "that breaks off within its manifest": [bundle().subarray(0, 40), /breaks off at its beginning/],
  "of nothing": [Buffer.alloc(0), /no bundle/],
  "with bytes behind it": [Buffer.concat([bundle(), Buffer.from("x")]), /longer than it says/],
  "of an older serial": [bundle(), /going back is refused/, { taken: { lastSerial: 8, isKnown: false } }],
  "of the same serial with other contents": [
    bundle(),
    /Another bundle with the number 7/,
    { taken: { lastSerial: 7, isKnown: false } },
  ],
  "that has expired, to the moment": [
    bundle(),
    /valid until 2026-12-27/,
    { now: new Date("2026-12-27T12:00:00.000Z") },
  ],
  "that is valid for years": [bundle({ valid_until: "2036-11-27T12:00:00.000Z" }), /more than a year/],
  "that ends before it begins": [bundle({ valid_until: "2026-11-20T12:00:00.000Z" }), /no time/],
  "with one name twice": [
    bundle({ entries: [entry("same", "a"), entry("same", "b")] }, [key], "ab"),
    /have one name/,
  ],
  "that says that it holds more than is taken": [bundle(), /more than the 20 bytes/, { bytesMax: 20 }],
  "with a path for a name": [
    signedLine(line({ entries: [{ ...entry("x", "a"), name: "../../etc/passwd" }] })),
    /form that this version does not know/,
  ],
  "of a later format": [signedLine(line({ format: "sallyport-bundle/v2" })), /Update Sallyport/],
  "with a field nobody knows": [signedLine(line({ note: "trust me" })), /Update Sallyport/],
  "with no entries": [signedLine(line({ entries: [] })), /Update Sallyport/],
  "with more entries than a thousand": [
    signedLine(line({ entries: Array.from({ length: 1_001 }, (_, at) => entry(`e${at}`, "a")) })),
    /Update Sallyport/,
  ],
  "whose manifest says one thing twice": [
    signedLine(line().replace('"serial":7', '"serial":7,"serial":7')),
    /canonical form/,
  ],
  "whose manifest has a blank more": [signedLine(line().replace("{", "{ ")), /canonical form/],
  "whose manifest is no JSON": [signedLine("hello"), /no JSON/],
};

test.each(Object.entries(REFUSED))("a bundle %s is refused", async (_name, [bytes, reason, here]) => {
  await expect(read(bytes, here)).rejects.toThrow(reason);
});

test.each([
  ["before its first line ends", Buffer.alloc(0)],
  ["behind its last entry", bundle()],
])("a bundle that never ends is let go of %s", async (_where, begins) => {
  let sent = 0;
  let isReleased = false;
  async function* endless(): AsyncGenerator<Uint8Array> {
    try {
      yield begins;
      for (;;) {
        sent += 65_536;
        yield Buffer.alloc(65_536, "a");
      }
    } finally {
      isReleased = true;
    }
  }
  const trust = { keys: [trusted], now: NOW, bytesMax: 1_000 };
  const takenOf = async () => ({ lastSerial: null, isKnown: false });
  await expect(readBundle(endless(), { ...trust, takenOf })).rejects.toThrow(/no bundle|longer than it says/);
  expect(sent).toBeLessThan(MANIFEST_BYTES_MAX + 131_072);
  expect(isReleased).toBe(true);
});

describe("a key", () => {
  test("is read from its line, and its fingerprint is of the console as well", () => {
    expect(readKeyLine(` ${keyLine(trusted)}\n`)).toEqual(trusted);
    expect(keyFingerprint(trusted)).toMatch(/^[0-9a-f]{64}$/);
    expect(keyFingerprint({ ...trusted, consoleId: OTHER_CONSOLE })).not.toBe(keyFingerprint(trusted));
  });

  const ofSmallOrder = Buffer.from([1, ...Array.from({ length: 31 }, () => 0)]).toString("base64url");
  test.each([
    ["nothing", ""],
    ["the key alone", trusted.publicKey],
    ["of no console", `sallyport-bundle-key.dep_1.${trusted.publicKey}`],
    ["with more behind it", `${keyLine(trusted)}.x`],
    ["cut short", keyLine(trusted).slice(0, -1)],
    [
      "of a point of small order, by which anything is signed",
      keyLine({ ...trusted, publicKey: ofSmallOrder }),
    ],
    ["in another alphabet", keyLine({ ...trusted, publicKey: `${trusted.publicKey.slice(0, -1)}=` })],
  ])("that is %s is none", (_name, text) => {
    expect(readKeyLine(text)).toBeNull();
  });
});
