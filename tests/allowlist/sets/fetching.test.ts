import { readFileSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { fetchFeed } from "#lib/allowlist/sets/fetching.ts";
import { createTestCa, type TestCa } from "#tests/support/test-ca.ts";

let ca: TestCa;
let server: Server;
let asked = 0;
let answer: (response: ServerResponse) => void;

beforeAll(async () => {
  ca = createTestCa();
  const { certificate, key } = ca.issue(["localhost"]);
  const pair = { cert: readFileSync(certificate), key: readFileSync(key) };
  server = createServer(pair, (_, response) => {
    asked += 1;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  ca.remove();
});
beforeEach(() => {
  asked = 0;
  answer = (response) => response.end("8.8.8.0/24\n");
});

const url = (host = "localhost") => `https://${host}:${(server.address() as AddressInfo).port}/ips`;
const here = () => ({ mayReach: () => true, tls: { ca: readFileSync(ca.file) } });

const whyNot = (address: string, terms: Parameters<typeof fetchFeed>[1]) =>
  fetchFeed(address, terms).then(
    () => "it was read",
    (error: Error & { kind?: string }) => `${error.kind}: ${error.message}`,
  );

describe("a list at an address", () => {
  test("is read as it stands", async () => {
    expect(Buffer.from(await fetchFeed(url(), here())).toString()).toBe("8.8.8.0/24\n");
  });

  test("is not read from inside, whether it is named or written as an address", async () => {
    const { tls } = here();
    for (const host of ["localhost", "127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:7f00:1]"])
      expect(await whyNot(url(host), { tls }), host).toMatch(/^unavailable: .*private or reserved network/);
    expect(asked).toBe(0);
  });

  test("is not looked for where it says to look instead", async () => {
    answer = (response) => response.writeHead(302, { location: "/elsewhere" }).end();
    expect(await whyNot(url(), here())).toMatch(/answered 302 and no list/);
    expect(asked).toBe(1);
  });

  test("ends where it is larger than any list", async () => {
    answer = (response) => response.end("1".repeat(1_100_000));
    expect(await whyNot(url(), here())).toMatch(/sent more than 1 MB/);
  });

  test("is not waited for without end", async () => {
    answer = (response) => response.write("8.8.8.0/24\n");
    expect(await whyNot(url(), { ...here(), totalMs: 300 })).toMatch(/did not answer in time/);
  });

  test("is only read from whom its certificate names", async () => {
    expect(await whyNot(url(), { mayReach: () => true })).toMatch(/does not trust/);
    expect(await whyNot(url("127.0.0.1"), here())).toMatch(/certificate for another name/);
    expect(asked).toBe(0);
  });
});
