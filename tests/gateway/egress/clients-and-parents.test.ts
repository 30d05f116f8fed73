import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { connect as connectTls, type TLSSocket } from "node:tls";
import { afterAll, describe, expect, test, vi } from "vitest";
import { sha256 } from "#lib/gateway/egress/clients.ts";
import { followTls } from "#lib/gateway/tls.ts";
import { createTestCa } from "../../support/test-ca.ts";
import { AUTHORIZED, Caller, LOOPBACK, rule, startOutside, startProxy, told } from "./proxy-lab.ts";

const ca = createTestCa();
afterAll(() => ca.remove());
const files = ({ certificate, key }: { certificate: string; key: string }) => ({
  cert: readFileSync(certificate),
  key: readFileSync(key),
});
const own = files(ca.issue(["billing"]));
const other = files(ca.issue(["billing"]));
const server = files(ca.issue(["gateway.example"]));
const hashOf = ({ cert }: { cert: Buffer }) => sha256(new X509Certificate(cert).raw);

const client = (over: object) => ({
  ...{ id: "client_7", name: "ledger", token_sha256: [], certificate_sha256: [], networks: [] },
  ...over,
});

async function callOverTls(port: number, shown: { cert: Buffer; key: Buffer } | null): Promise<Caller> {
  const socket = connectTls({
    ...{ port, host: "127.0.0.1", servername: "gateway.example", ca: readFileSync(ca.file) },
    ...(shown ?? {}),
  });
  await once(socket, "secureConnect");
  return new Caller(port, socket);
}

describe("a client that comes over TLS", () => {
  test("is known by its certificate, and passes", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(
      told([rule("rule_1", LOOPBACK, outside.port)], {
        clients: [client({ certificate_sha256: [hashOf(own)] })],
      }),
      { tls: server },
    );
    using caller = await callOverTls(gateway.port, own);
    const target = `127.0.0.1:${outside.port}`;
    caller.say(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    expect(await caller.hears("\r\n\r\n")).toMatch(/ 200 /);
    expect(await caller.say("sealed").hears("sealed")).toMatch(/sealed$/);
    caller.socket.end();
    expect(await gateway.ended()).toMatchObject([
      { clientId: "client_7", clientName: "ledger", outcome: "allowed", bytesIn: 6, bytesOut: 6 },
    ]);
  });

  test.each([
    ["another certificate, of the same name and authority", other, ""],
    ["another certificate, and a token that is good", other, `${AUTHORIZED}\r\n`],
    ["nothing", null, ""],
  ])("is refused where it shows %s", async (_what, shown, header) => {
    await using outside = await startOutside();
    const settings = told([rule("rule_1", LOOPBACK, outside.port)]);
    await using gateway = await startProxy(
      { ...settings, clients: [...settings.clients, client({ certificate_sha256: [hashOf(own)] })] },
      { tls: server },
    );
    using caller = await callOverTls(gateway.port, shown);
    const target = `127.0.0.1:${outside.port}`;
    caller.say(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${header}\r\n`);
    expect(await caller.hears("\r\n\r\n")).toMatch(/ 407 /);
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason: "client_unknown" }]);
    expect(outside.sockets).toHaveLength(0);
  });

  test("is known by its token as well, where it shows no certificate", async () => {
    await using outside = await startOutside();
    await using gateway = await startProxy(told([rule("rule_1", LOOPBACK, outside.port)]), { tls: server });
    using caller = await callOverTls(gateway.port, null);
    expect(await caller.asksFor(`127.0.0.1:${outside.port}`)).toMatch(/ 200 /);
  });

  test("and does not speak it at all is on record", async () => {
    await using gateway = await startProxy(told([]), { tls: server });
    using caller = new Caller(gateway.port);
    caller.say("CONNECT 192.0.2.1:443 HTTP/1.1\r\n\r\n");
    await caller.hearsAll();
    expect(await gateway.ended()).toMatchObject([{ outcome: "refused", reason: "bad_handshake" }]);
  });
});

test("a renewed certificate of the proxy's own is served without a restart, and half of one is passed over", async () => {
  await using gateway = await startProxy(told([]));
  const served = ca.issue(["gateway.example"]);
  const listener = await gateway.proxy.listen({ host: "127.0.0.1", port: 0, tls: files(served) });
  const problems: unknown[] = [];
  const stop = followTls(served, listener, (error) => problems.push(error));
  try {
    const shown = async () => {
      using caller = await callOverTls(listener.port, null);
      return sha256((caller.socket as TLSSocket).getPeerX509Certificate()?.raw ?? "");
    };
    const before = files(served);
    expect(await shown()).toBe(hashOf(before));
    const renewed = ca.issue(["gateway.example"]);
    copyFileSync(renewed.certificate, served.certificate);
    await vi.waitUntil(() => problems.length > 0, 30_000);
    expect(await shown()).toBe(hashOf(before));
    copyFileSync(renewed.key, served.key);
    await vi.waitUntil(async () => (await shown()) === hashOf(files(renewed)), 30_000);
  } finally {
    stop();
  }
});

test("a client may be known by where it comes from alone", async () => {
  await using outside = await startOutside();
  await using gateway = await startProxy(
    told([rule("rule_1", LOOPBACK, outside.port)], { clients: [client({ networks: ["127.0.0.0/8"] })] }),
  );
  using caller = new Caller(gateway.port);
  const target = `127.0.0.1:${outside.port}`;
  caller.say(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  expect(await caller.hears("\r\n\r\n")).toMatch(/ 200 /);
  expect(gateway.crossings[0]).toMatchObject({ clientId: "client_7" });
});

describe("behind a parent proxy", () => {
  /** Another proxy: it says `answer` to each request, and then gives back what it gets. */
  const startParent = (answer = "HTTP/1.1 200 OK\r\n\r\n") =>
    startOutside((socket) =>
      socket.once("data", () => {
        socket.write(answer);
        socket.pipe(socket);
      }),
    );
  const through = (port: number) => ({
    parent_proxy: { url: `http://user:pass%3A1@127.0.0.1:${port}`, authorization: null },
  });

  test("a name that a rule names goes to it as a name, with what the parent wants to see", async () => {
    await using parent = await startParent();
    await using gateway = await startProxy(
      told([rule("name", "api.example.com", 8443)], through(parent.port)),
      { resolve: async () => expect.unreachable("the parent resolves it") },
    );
    using caller = new Caller(gateway.port);
    await caller.asksFor("api.example.com:8443");
    expect(await caller.say("through both").hears("through both")).toMatch(/through both$/);
    const basic = Buffer.from("user:pass:1").toString("base64");
    expect(parent.received()).toBe(
      `CONNECT api.example.com:8443 HTTP/1.1\r\nHost: api.example.com:8443\r\nProxy-Authorization: Basic ${basic}\r\n\r\nthrough both`,
    );
    caller.socket.end();
    expect(await gateway.ended()).toMatchObject([
      {
        outcome: "allowed",
        ruleId: "name",
        peerName: "api.example.com",
        peerAddress: null,
        bytesOut: 12,
        bytesIn: 12,
      },
    ]);
  });

  test("what passes by its address goes to it as that address: it does not resolve the name again", async () => {
    await using parent = await startParent();
    await using gateway = await startProxy(
      told([rule("cloud", "104.16.0.0/13", 443)], through(parent.port)),
      { resolve: async () => ["10.0.0.1", "104.16.1.1"] },
    );
    using caller = new Caller(gateway.port);
    expect(await caller.asksFor("api.example.com:443")).toMatch(/ 200 /);
    expect(parent.received()).toMatch(/^CONNECT 104\.16\.1\.1:443 HTTP\/1\.1\r\nHost: 104\.16\.1\.1:443\r\n/);
    expect(gateway.crossings[0]).toMatchObject({ peerName: "api.example.com", peerAddress: "104.16.1.1" });
  });

  test("what no rule lets pass does not even reach it", async () => {
    await using parent = await startParent();
    await using gateway = await startProxy(
      told([rule("name", "api.example.com", 443)], through(parent.port)),
    );
    using caller = new Caller(gateway.port);
    expect(await caller.asksFor("evil.example:443")).toMatch(/ 403 /);
    await gateway.ended();
    expect(parent.sockets).toHaveLength(0);
  });

  test.each([
    ["refuses", "HTTP/1.1 403 Forbidden\r\n\r\n"],
    ["answers nonsense", "SSH-2.0-x\r\n\r\n"],
    ["answers without end", "x".repeat(20_000)],
  ])("a parent that %s is a failure on record, and what it said reaches nobody", async (_what, answer) => {
    await using parent = await startParent(answer);
    await using gateway = await startProxy(
      told([rule("name", "api.example.com", 443)], through(parent.port)),
    );
    using caller = new Caller(gateway.port);
    expect(await caller.asksFor("api.example.com:443")).toMatch(/^HTTP\/1\.1 502 .*"parent_refused"/s);
    expect(await gateway.ended()).toMatchObject([{ outcome: "failed", reason: "parent_refused" }]);
  });
});
