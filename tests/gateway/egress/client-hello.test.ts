import { once } from "node:events";
import { connect as connectTcp, createServer, type Socket } from "node:net";
import { connect } from "node:tls";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { HELLO_BYTES_MAX, readClientHello } from "#lib/gateway/egress/client-hello.ts";
import { clientHello, inRecords } from "./client-hellos.ts";

let spoken: Buffer;

/** What this very Node says when it connects. */
async function helloOf(servername: string): Promise<Buffer> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const accepted = once(server, "connection");
  const client = connect({ socket: connectTcp(port, "127.0.0.1"), servername });
  client.on("error", () => undefined);
  const [socket] = (await accepted) as [Socket];
  const [bytes] = (await once(socket, "data")) as [Buffer];
  client.destroy();
  socket.destroy();
  server.close();
  return bytes;
}

beforeAll(async () => {
  spoken = await helloOf("api.workos.com");
});

describe("the name that a ClientHello asks for", () => {
  test("is read from what a real client says", () => {
    expect(readClientHello(spoken)).toEqual({ state: "read", name: "api.workos.com" });
  });

  test("is the same however the hello is cut into records and packets, and is not guessed before it is there", () => {
    const message = spoken.subarray(5);
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 400 }), fc.nat(), (size, cut) => {
        const bytes = inRecords(message, Math.max(size, Math.ceil(message.length / 60)));
        const end = cut % bytes.length;
        expect(readClientHello(bytes.subarray(0, end)).state).toBe("more");
        expect(readClientHello(bytes)).toEqual({ state: "read", name: "api.workos.com" });
      }),
    );
  });

  test("is in lower case, and null where none is given", () => {
    expect(readClientHello(clientHello({ names: ["API.WorkOS.com"] }))).toMatchObject({
      name: "api.workos.com",
    });
    expect(readClientHello(clientHello({ names: [] }))).toEqual({ state: "read", name: null });
  });

  test.each([
    ["two names in one list", clientHello({ names: ["api.workos.com", "evil.example"] })],
    [
      "two lists of names",
      clientHello({ names: ["api.workos.com"], more: clientHello.serverName(["evil.example"]) }),
    ],
    ["a name that is none", clientHello({ names: ["api.workos.com\u0000.evil.example"] })],
    [
      "an extension longer than the hello",
      clientHello({ names: [], more: Buffer.from([0, 10, 0xff, 0xff]) }),
    ],
    ["something behind the extensions", clientHello({ names: ["api.workos.com"], behind: Buffer.from([0]) })],
    ["a record without content", Buffer.from([22, 3, 1, 0, 0])],
    ["a record longer than any may be", Buffer.from([22, 3, 1, 0x40, 1])],
    ["another message first", inRecords(Buffer.from([2, 0, 0, 0]), 100)],
    ["a record for each byte", inRecords(clientHello({ names: ["api.workos.com"] }).subarray(5), 1)],
    ["a hello longer than anybody needs", inRecords(Buffer.from([1, 0, 0xff, 0xff]), 100)],
    [
      "records that never come to an end",
      inRecords(
        Buffer.concat([Buffer.from([1, 0, 0x7f, 0xf0]), Buffer.alloc(HELLO_BYTES_MAX + 1_000)]),
        16_000,
      ),
    ],
  ])("is not read where there is %s", (_what, bytes) => {
    const reading = readClientHello(bytes);
    if (reading.state === "read") throw new Error(`It was read: ${reading.name}`);
    expect(reading.state).toBe("bad");
  });

  test("is not looked for in what is not TLS", () => {
    for (const text of ["SSH-2.0-OpenSSH_9.6\r\n", "GET / HTTP/1.1\r\n", "\u0016\u0002", "\u0000"])
      expect(readClientHello(Buffer.from(text, "latin1"))).toEqual({ state: "not_tls" });
  });

  test("is read or refused, never more, of whatever comes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.nat(), fc.nat(255), (random, at, byte) => {
        expect(["more", "not_tls", "bad", "read"]).toContain(readClientHello(Buffer.from(random)).state);
        const changed = Buffer.from(spoken);
        changed[at % changed.length] = byte;
        expect(["more", "not_tls", "bad", "read"]).toContain(readClientHello(changed).state);
      }),
    );
  });
});
