import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect as connectTcp } from "node:net";
import { connect, createServer, type SecureVersion, type TLSSocket, type TlsOptions } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "#lib/gateway/egress/clients.ts";
import { ServerHelloReader } from "#lib/gateway/egress/server-hello.ts";
import { createTestCa } from "#tests/support/test-ca.ts";
import { inRecords } from "./client-hellos.ts";
import { Caller, LOOPBACK, rule, startOutside, startProxy, told } from "./proxy-lab.ts";

const ca = createTestCa();
const files = ca.issue(["api.test"]);
const certificate = readFileSync(files.certificate);
const own = { key: readFileSync(files.key), cert: Buffer.concat([certificate, readFileSync(ca.file)]) };
afterAll(() => ca.remove());

// What OpenSSL leaves to those who ask for it.
const OLD = "DEFAULT@SECLEVEL=0";
const bare = (version: SecureVersion) => ({ minVersion: version, maxVersion: version, ciphers: OLD });

async function startServer(options: TlsOptions) {
  const server = createServer({ ...own, ciphers: OLD, minVersion: "TLSv1", ...options }, (socket) => {
    socket.on("error", () => undefined);
    socket.end("secret");
  });
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, "close");
    },
  };
}

async function readAll(socket: TLSSocket): Promise<string> {
  let text = "";
  for await (const chunk of socket.setEncoding("utf8")) text += chunk;
  return text;
}

/** What a server of this version sends from its first byte on. */
async function greetingOf(version: SecureVersion): Promise<Buffer> {
  await using server = await startServer(bare(version));
  const chunks: Buffer[] = [];
  await using between = await startOutside((client) => {
    const raw = connectTcp(server.port, "127.0.0.1");
    raw.on("error", () => undefined).on("data", (chunk: Buffer) => chunks.push(chunk));
    client.pipe(raw).pipe(client);
  });
  await readAll(connect(between.port, "127.0.0.1", { rejectUnauthorized: false, ...bare(version) }));
  return Buffer.concat(chunks);
}

function seenOf(pieces: Iterable<Buffer>) {
  const reader = new ServerHelloReader();
  let isOver = false;
  for (const piece of pieces) isOver = reader.read(piece);
  return { version: reader.version, certificateSha256: reader.certificateSha256, isOver };
}

let leaf: string;
let old: Buffer;
let modern: Buffer;
beforeAll(async () => {
  leaf = sha256(new X509Certificate(certificate).raw);
  [old, modern] = await Promise.all([greetingOf("TLSv1.2"), greetingOf("TLSv1.3")]);
});

describe("a tunnel's crossing", () => {
  test.each<[SecureVersion, boolean]>([
    ["TLSv1.3", false],
    ["TLSv1.2", true],
    ["TLSv1.1", true],
    ["TLSv1", true],
  ])(
    "says that %s was spoken, and whose certificate was shown where it can be seen",
    async (version, isShown) => {
      await using server = await startServer({ minVersion: "TLSv1", maxVersion: version });
      await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, server.port)]));
      using caller = new Caller(gateway.port);
      await caller.asksFor(`127.0.0.1:${server.port}`);
      const spoken = connect({
        ...{ socket: caller.socket, rejectUnauthorized: false, ciphers: OLD, minVersion: "TLSv1" },
      });
      expect(await readAll(spoken)).toBe("secret");
      spoken.destroy();
      expect((await gateway.ended())[0]).toMatchObject({
        ...{ outcome: "allowed", tlsVersion: version },
        certificateSha256: isShown ? leaf : null,
      });
    },
  );

  test("says the version of a session that is taken up again, in which no certificate is sent", async () => {
    await using server = await startServer({ maxVersion: "TLSv1.2" });
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, server.port)]));
    const speak = async (session?: Buffer) => {
      using caller = new Caller(gateway.port);
      await caller.asksFor(`127.0.0.1:${server.port}`);
      const spoken = connect({ socket: caller.socket, rejectUnauthorized: false, session });
      await readAll(spoken);
      return { session: spoken.getSession(), isAgain: spoken.isSessionReused() };
    };
    const { session } = await speak();
    expect((await speak(session)).isAgain).toBe(true);
    const said = (await gateway.ended(2)).map(({ tlsVersion, certificateSha256 }) => [
      tlsVersion,
      certificateSha256,
    ]);
    expect(said).toEqual([
      ["TLSv1.2", leaf],
      ["TLSv1.2", null],
    ]);
  });
});

describe("a server's greeting", () => {
  test("tells the same however it is cut into packets, and nothing before it is there", () => {
    for (const [bytes, version, hash] of [
      [old, "TLSv1.2", leaf],
      [modern, "TLSv1.3", null],
    ] as const)
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1 }), (sizes) => {
          const pieces: Buffer[] = [];
          for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
            const size = sizes[cut % sizes.length] ?? 1;
            pieces.push(bytes.subarray(at, at + size));
            at += size;
          }
          expect(seenOf(pieces)).toEqual({ version, certificateSha256: hash, isOver: true });
        }),
      );
    expect(seenOf([old.subarray(0, 40)])).toEqual({
      ...{ version: null, certificateSha256: null, isOver: false },
    });
  });

  test("tells the same however it is cut into records", () => {
    const messages = handshakeOf(old);
    fc.assert(
      fc.property(fc.integer({ min: 70, max: 4_000 }), (size) => {
        expect(seenOf([inRecords(messages, size)])).toEqual({
          ...{ version: "TLSv1.2", certificateSha256: leaf, isOver: true },
        });
      }),
    );
  });

  test.each([
    ["another protocol", () => Buffer.from("SSH-2.0-OpenSSH_9.6\r\n")],
    ["an alert", () => Buffer.from([21, 3, 3, 0, 2, 2, 40])],
    ["a hello longer than any", () => inRecords(Buffer.from([2, 0, 0x40, 0]), 100)],
    ["a record without content", () => Buffer.from([22, 3, 3, 0, 0])],
    ["a record longer than any may be", () => Buffer.from([22, 3, 3, 0x40, 1])],
    ["a record for each byte", () => inRecords(handshakeOf(old), 1)],
    ["a hello that ends in its midst", () => inRecords(Buffer.from([2, 0, 0, 1, 3]), 100)],
  ])("tells nothing, and is looked at no longer, where it is %s", (_what, bytes) => {
    expect(seenOf([bytes()])).toEqual({ version: null, certificateSha256: null, isOver: true });
  });

  test("keeps no certificate that is longer than any", () => {
    const hello = handshakeOf(old);
    const end = 4 + hello.readUIntBE(1, 3);
    const endless = Buffer.concat([hello.subarray(0, end), Buffer.from([11, 0xff, 0xff, 0xff])]);
    const chain = Buffer.concat([endless, Buffer.from([0xff, 0xff, 0xfc, 0xff, 0xff, 0xf9])]);
    expect(seenOf([inRecords(chain, 16_384)])).toEqual({
      ...{ version: "TLSv1.2", certificateSha256: null, isOver: true },
    });
  });

  test("is read or left, never more, whatever comes", () => {
    const readable = new Set([null, "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(), fc.nat(255), (random, at, byte) => {
        expect(readable).toContain(seenOf([Buffer.from(random)]).version);
        for (const bytes of [old, modern]) {
          const changed = Buffer.from(bytes);
          changed[at % changed.length] = byte;
          const { version, certificateSha256 } = seenOf([changed, Buffer.from(random)]);
          expect(readable).toContain(version);
          if (certificateSha256 !== null) expect(certificateSha256).toMatch(/^[0-9a-f]{64}$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

/** The messages without their records, up to the first that is none of a handshake. */
function handshakeOf(bytes: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; bytes[at] === 22; at += 5 + bytes.readUInt16BE(at + 3))
    pieces.push(bytes.subarray(at + 5, at + 5 + bytes.readUInt16BE(at + 3)));
  return Buffer.concat(pieces);
}
