import { createHash } from "node:crypto";
import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openPool, type Pool } from "#lib/gateway/db.ts";
import type { Gateway } from "#lib/gateway/gateway.ts";
import { type StreamLimits, startStreams } from "#lib/gateway/relay/stream/streams.ts";
import type { GatewayStream } from "#lib/shared/gateway/configuration.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";
import { putEvents } from "#tests/support/relay/events.ts";

const WAIT = { timeout: 10_000 };
const TOKEN = "a token of the application";
let pool: Pool;
let databaseUrl: string;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  databaseUrl = (await testDatabase()).gatewayUrl;
  pool = openPool(databaseUrl, 6, "dep_1");
});
afterAll(() => pool.end());
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await pool.query("DELETE FROM boundary.relay_events");
});

async function start(stream: Partial<GatewayStream> = {}, limits: Partial<StreamLimits> = {}) {
  const token_sha256 = [createHash("sha256").update(TOKEN.replaceAll(" ", "_")).digest("hex")];
  const configuration = exampleConfiguration({
    streams: [{ id: "stream_1", name: "App", token_sha256, events: [], environment_ids: [], ...stream }],
  });
  const gateway = {
    env: { databaseUrl },
    pool,
    log: { warn: () => undefined },
    configurations: { current: { configuration } },
  } as unknown as Gateway;
  const streams = startStreams(gateway, { followers: 10, stallMs: 30_000, heartbeatMs: 15_000, ...limits });
  const server = createServer((request, response) => void streams.follow(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => streams.stop(),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, streams, configuration };
}

interface Told {
  id?: string;
  event?: string;
  data?: string;
}

/** As a browser reads them. */
async function follow(url: string, headers: Record<string, string> = {}) {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const authorization = `Bearer ${TOKEN.replaceAll(" ", "_")}`;
    const request = get(url, { headers: { authorization, ...headers } }, resolve);
    request.on("error", reject);
    closing.push(() => request.destroy());
  });
  const told: Told[] = [];
  let text = "";
  let ended = false;
  response.on("error", () => undefined);
  response.on("close", () => {
    ended = true;
  });
  response.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const fields = text
        .slice(0, end)
        .split("\n")
        .map((line) => /^(\w*): ?(.*)$/s.exec(line));
      text = text.slice(end + 2);
      told.push(Object.fromEntries(fields.flatMap((field) => (field?.[1] ? [[field[1], field[2]]] : []))));
    }
  });
  return { response, told, events: () => told.filter(({ data }) => data), ended: () => ended };
}

const numbersOf = (told: readonly Told[]) => told.map(({ data }) => JSON.parse(data ?? "").data.number);

test("whoever comes hears what happens from now on, and goes on behind what they saw last", async () => {
  const { url } = await start();
  await putEvents(pool, 3);
  const first = await follow(url);
  expect(first.response.headers["content-type"]).toContain("text/event-stream");
  await expect.poll(() => first.told.length, WAIT).toBeGreaterThan(0);
  await putEvents(pool, 3, { from: 3 });
  await expect.poll(() => first.events().length, WAIT).toBe(3);
  expect(numbersOf(first.events())).toEqual([3, 4, 5]);
  const { id = "" } = first.events()[1] ?? {};
  first.response.destroy();
  await putEvents(pool, 500, { from: 6 });
  const again = await follow(url, { "last-event-id": id });
  await expect.poll(() => again.events().length, WAIT).toBe(501);
  expect(numbersOf(again.events())).toEqual(Array.from({ length: 501 }, (_, index) => index + 5));
});

test("what the filter leaves out is not told, and moves the position", async () => {
  const { url } = await start({ events: ["dsync.*"] });
  const follower = await follow(url);
  await expect.poll(() => follower.told.length, WAIT).toBeGreaterThan(0);
  await putEvents(pool, 2, { event: "dsync.user.created" });
  await putEvents(pool, 3, { from: 2 });
  const { rows } = await pool.query("SELECT max(seq)::text AS seq FROM boundary.relay_events");
  await expect.poll(() => follower.told.at(-1)?.id, WAIT).toBe(rows[0].seq);
  expect(numbersOf(follower.events())).toEqual([0, 1]);
});

test("whoever comes after their place has left the buffer is told that something is missing", async () => {
  const { url } = await start();
  await putEvents(pool, 10);
  const { rows } = await pool.query("SELECT min(seq)::int AS first FROM boundary.relay_events");
  await pool.query("DELETE FROM boundary.relay_events WHERE seq < $1", [rows[0].first + 5]);
  const late = await follow(url, { "last-event-id": String(rows[0].first) });
  await expect.poll(() => late.events().length, WAIT).toBe(6);
  expect(late.events()[0]).toMatchObject({ event: "sallyport.gap" });
  const data = JSON.parse(late.events()[0]?.data ?? "").data;
  expect(data).toMatchObject({
    reason: "position_forgotten",
    after: rows[0].first,
    until: rows[0].first + 5,
  });
  const inTime = await follow(url, { "last-event-id": String(rows[0].first + 5) });
  await expect.poll(() => inTime.events().length, WAIT).toBe(4);
});

test("an unknown token, a strange position and one too many are refused; a token that is taken away ends its streams", async () => {
  const { url, configuration } = await start({}, { followers: 1 });
  expect((await follow(url, { authorization: "Bearer not-the-token-of-anybody" })).response.statusCode).toBe(
    401,
  );
  expect((await follow(url, { "last-event-id": "event_1" })).response.statusCode).toBe(400);
  const follower = await follow(url);
  expect((await follow(url)).response.statusCode).toBe(503);
  configuration.streams = [];
  await expect.poll(() => follower.ended(), WAIT).toBe(true);
});

test("one that takes nothing of what it is sent is let go", async () => {
  const { url, streams } = await start({}, { stallMs: 300 });
  await putEvents(pool, 1);
  const { rows } = await pool.query("SELECT max(seq)::text AS seq FROM boundary.relay_events");
  await putEvents(pool, 20_000, { from: 1 });
  const follower = await follow(url, { "last-event-id": rows[0].seq });
  follower.response.pause();
  await expect.poll(() => streams.metrics(), WAIT).toEqual(["sallyport_gateway_event_streams 0"]);
});
