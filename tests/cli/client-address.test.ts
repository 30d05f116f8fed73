import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, expect, test } from "vitest";

const PRELOAD = pathToFileURL(join(import.meta.dirname, "../../lib/cli/client-address.ts"));
const SERVER = `
  require("node:http")
    .createServer((request, response) => response.end(String(request.headers["x-forwarded-for"])))
    .listen(0, "127.0.0.1", function () { console.log(this.address().port); });`;

let child: ChildProcess | undefined;

afterEach(() => void child?.kill());

/** What an application behind the preload is told of the client that sent this header. */
async function told(trustedProxies: number, claimed?: string): Promise<string> {
  child = spawn(process.execPath, [`--import=${PRELOAD}?proxies=${trustedProxies}`, "-e", SERVER], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout as NodeJS.ReadableStream, "data");
  const answer = await fetch(`http://127.0.0.1:${Number(line)}`, {
    headers: claimed ? { "x-forwarded-for": claimed } : {},
  });
  return await answer.text();
}

test.each([
  ["without a proxy, the connection's own address", 0, undefined, "127.0.0.1"],
  ["without a proxy, nothing that the client claims", 0, "203.0.113.9", "127.0.0.1"],
  ["behind one proxy, what that proxy saw", 1, "203.0.113.9", "203.0.113.9"],
  ["behind one proxy, nothing that was claimed before it", 1, "198.51.100.1, 203.0.113.9", "203.0.113.9"],
  ["behind two proxies, what the first of them saw", 2, "198.51.100.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"],
  ["behind more proxies than there were, the first that is known", 3, "203.0.113.9", "203.0.113.9"],
])("an attempt counts for %s", async (_what, proxies, claimed, expected) => {
  expect(await told(proxies, claimed)).toBe(expected);
});
