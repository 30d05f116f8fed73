import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OwnWay, ownFetch } from "#lib/gateway/egress/own-requests.ts";
import { Refused } from "#lib/gateway/egress/refusal.ts";
import { systemClock } from "#lib/shared/clock.ts";
import type { ConfiguredRule } from "#lib/shared/gateway/configuration.ts";
import { egressRule, exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { createTestCa } from "#tests/support/test-ca.ts";

const ca = createTestCa();
const closing: Server[] = [];
let plainPort: number;
let tlsPort: number;
let heard: string[] = [];

beforeAll(async () => {
  const { certificate, key } = ca.issue(["api.test"]);
  const serve = async (server: Server) => {
    server.on("request", (request, response) => {
      heard.push(`${request.method} ${request.headers.host}${request.url}`);
      if (request.url === "/slow") return void response.write("{");
      if (request.url === "/elsewhere") response.writeHead(302, { location: "http://api.test/" });
      response.end("hello");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(server);
    return (server.address() as AddressInfo).port;
  };
  plainPort = await serve(createServer());
  tlsPort = await serve(createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }));
});
afterAll(() => {
  for (const server of closing) {
    server.closeAllConnections();
    server.close();
  }
  ca.remove();
});

/** The addresses of a network of loopback that a rule names, as a name server gives them. */
const asking = (rules: Partial<ConfiguredRule>[], addresses: string[] = ["127.0.0.1"]) => {
  const asked: string[] = [];
  const configuration = exampleConfiguration({ rules: rules.map((rule) => egressRule(rule)) });
  const fetch = ownFetch(
    () => configuration,
    systemClock,
    async (name) => {
      asked.push(name);
      return addresses;
    },
  );
  return { fetch, asked };
};
const named = (port: number) => ({
  ports: { from: port, to: port },
  peer: { kind: "cidr", value: "127.0.0.0/8" },
  networks: ["127.0.0.0/8"],
});
const refusal = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Refused)) throw error;
  return error.reason;
};

test("goes where a rule leads, to the address that was decided on, and says by what way", async () => {
  heard = [];
  const { fetch } = asking([named(plainPort)]);
  const ways: OwnWay[] = [];
  const answer = await fetch(new URL(`http://api.test:${plainPort}/events?after=1`), {}, (way) =>
    ways.push(way),
  );
  expect([answer.status, await answer.text()]).toEqual([200, "hello"]);
  expect(heard).toEqual([`GET api.test:${plainPort}/events?after=1`]);
  expect(ways).toMatchObject([
    { ruleId: "rule_1", purpose: "Identity API", address: "127.0.0.1", tlsVersion: null },
  ]);
  expect(ways[0]?.bytes().in).toBeGreaterThan(60);
  expect(ways[0]?.bytes().out).toBeGreaterThan(50);
});

test("what no rule lets pass does not leave, and is not even looked up", async () => {
  heard = [];
  const nowhere = asking([]);
  expect(await refusal(nowhere.fetch(new URL(`http://api.test:${plainPort}/`), {}))).toBe("no_rule");
  expect(nowhere.asked).toEqual([]);
  const byName = asking([{ ...named(plainPort), peer: { kind: "fqdn", value: "api.test" }, networks: [] }]);
  expect(await refusal(byName.fetch(new URL(`http://api.test:${plainPort}/`), {}))).toBe("inner_address");
  const outside = asking([named(plainPort)]);
  expect(await refusal(outside.fetch(new URL("http://1.1.1.1/"), {}))).toBe("no_rule");
  const metadata = asking([]);
  expect(await refusal(metadata.fetch(new URL("http://169.254.169.254/"), {}))).toBe("inner_address");
  expect(await refusal(metadata.fetch(new URL("http://[fd00:ec2::254]/"), {}))).toBe("inner_address");
  expect(heard).toEqual([]);
});

test("an address inside that is written out crosses no boundary", async () => {
  const { fetch } = asking([]);
  const ways: OwnWay[] = [];
  const answer = await fetch(new URL(`http://127.0.0.1:${plainPort}/`), {}, (way) => ways.push(way));
  expect(await answer.text()).toBe("hello");
  expect(ways).toMatchObject([{ ruleId: null, purpose: null }]);
});

test("TLS is checked against the name, and what it was is told", async () => {
  const { fetch } = asking([named(tlsPort)]);
  const url = new URL(`https://api.test:${tlsPort}/`);
  await expect(fetch(url, {})).rejects.toThrow(/self.signed|verify/i);
  const before = getCACertificates("default");
  setDefaultCACertificates([...before, readFileSync(ca.file, "utf8")]);
  try {
    const ways: OwnWay[] = [];
    expect(await (await fetch(url, {}, (way) => ways.push(way))).text()).toBe("hello");
    expect(ways[0]).toMatchObject({ tlsVersion: "TLSv1.3", ruleId: "rule_1" });
    expect(ways[0]?.certificateSha256).toMatch(/^[0-9a-f]{64}$/);
    await expect(fetch(new URL(`https://other.test:${tlsPort}/`), {})).rejects.toThrow("other.test");
  } finally {
    setDefaultCACertificates(before);
  }
});

test("a redirect is not followed, and whoever gives up is let go", async () => {
  heard = [];
  const { fetch } = asking([named(plainPort)]);
  expect((await fetch(new URL(`http://api.test:${plainPort}/elsewhere`), {})).status).toBe(302);
  expect(heard).toHaveLength(1);
  const slow = await fetch(new URL(`http://api.test:${plainPort}/slow`), {
    signal: AbortSignal.timeout(50),
  });
  await expect(slow.text()).rejects.toThrow();
});

test("goes through the parent proxy where there is one, which is told the address", async () => {
  const told: string[] = [];
  const parent = createServer();
  parent.on("connect", (request, socket) => {
    told.push(request.url ?? "");
    socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
  });
  parent.listen(0, "127.0.0.1");
  await once(parent, "listening");
  closing.push(parent);
  const { port } = parent.address() as AddressInfo;
  const configuration = exampleConfiguration({
    rules: [egressRule(named(plainPort))],
    parent_proxy: { url: `http://127.0.0.1:${port}`, authorization: null },
  });
  const fetch = ownFetch(
    () => configuration,
    systemClock,
    async () => ["127.0.0.1"],
  );
  expect(await refusal(fetch(new URL(`http://api.test:${plainPort}/`), {}))).toBe("parent_refused");
  expect(told).toEqual([`127.0.0.1:${plainPort}`]);
});
