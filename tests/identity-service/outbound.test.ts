import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { ask } from "#lib/identity-service/outbound.ts";

const LIMITS = { timeoutMs: 5_000, sizeBytesMax: 1_000 };
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A server that counts its connections, and says which one a request came on. */
async function counting(): Promise<{ url: string; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.end(String(sockets.indexOf(request.socket))));
  });
  server.on("connection", (socket) => sockets.push(socket));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, sockets };
}

const read = async (url: string) => String((await ask(url, LIMITS)).body);

test("a connection serves the next request too", async () => {
  const { url } = await counting();
  expect([await read(url), await read(url)]).toEqual(["0", "0"]);
});

test("one that the server ends at that very moment is replaced, and nobody notices", async () => {
  const { url, sockets } = await counting();
  await read(url);
  const [kept] = sockets;
  // Not before the request is on its way: what the server ended earlier is not used again in any case.
  const asked = read(url);
  kept?.resetAndDestroy();
  expect(await asked).toBe("1");
});

test("who may reach public addresses only is given no connection that another was allowed", async () => {
  const { url } = await counting();
  await read(url);
  await expect(ask(url, { ...LIMITS, allowPrivate: false })).rejects.toThrow("private address");
});

test("an answer that is too large ends its connection", async () => {
  const { url } = await counting();
  await expect(ask(url, { ...LIMITS, sizeBytesMax: 0 })).rejects.toThrow("larger than");
  expect(await read(url)).toBe("1");
});

/** A server that answers like this, and then says no more. */
async function answering(begin: (response: ServerResponse) => void): Promise<string> {
  const server = createServer((_request, response) => begin(response));
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("whoever does not answer, or not to the end, is waited for as long as was said", async () => {
  for (const begin of [
    () => undefined,
    (response: ServerResponse) => void response.write("only the beginning"),
  ]) {
    const url = await answering(begin);
    await expect(ask(url, { ...LIMITS, timeoutMs: 50 })).rejects.toThrow("it did not answer in time");
  }
});

test("an answer that breaks off is no answer", async () => {
  const url = await answering((response) => {
    response.writeHead(200, { "content-length": 100 });
    response.write("only the beginning", () => response.destroy());
  });
  await expect(ask(url, LIMITS)).rejects.toThrow("aborted");
});
