import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Fetch, newExchange, PullProblem, readPage } from "#lib/gateway/relay/pull/events-api.ts";
import { type EventsApi, json, type Strange, saying, startEventsApi } from "#tests/support/events-api.ts";
import { wireEvent } from "#tests/support/relayed-events.ts";

let api: EventsApi;
const never = new AbortController().signal;

beforeAll(async () => {
  api = await startEventsApi();
});
afterAll(async () => await api.close());
beforeEach(() => {
  api.events.length = 0;
  api.asked.length = 0;
});

const source = (changes: object = {}) => ({ url: api.url, api_key: "sk_test", events: [], ...changes });
const read = (after?: string, ask: Fetch = fetch, exchange = newExchange()) =>
  readPage(ask, source(), after ? { after } : { from: null }, exchange, never);
const problem = async (strange: Strange, after?: string, ask?: Fetch) => {
  api.strange.push(strange);
  const failed = await read(after, ask).catch((error: unknown) => error);
  if (!(failed instanceof PullProblem)) throw failed;
  expect(failed.message).not.toMatch(/sk_test|secret/);
  return failed;
};

test("asks for the oldest first, a hundred at a time, from an event or from a time", async () => {
  api.add(101);
  const page = await read();
  expect(page).toMatchObject({ last: "event_000100", more: true });
  expect(await read("event_000100")).toMatchObject({ last: "event_000101", more: false });
  expect(await read("event_000101")).toEqual({ items: [], last: null, more: false });
  const from = new Date("2026-11-01T00:00:00.000Z");
  const named = source({ url: `${api.url}/`, events: ["user.created", "dsync.activated"] });
  await readPage(fetch, named, { from, to: from }, newExchange(), never);
  expect(api.asked.map(String)).toEqual([
    "order=asc&limit=100",
    "order=asc&limit=100&after=event_000100",
    "order=asc&limit=100&after=event_000101",
    "order=asc&limit=100&events=user.created%2Cdsync.activated&range_start=2026-11-01T00%3A00%3A00.000Z&range_end=2026-11-01T00%3A00%3A00.000Z",
  ]);
});

test("says what came of it, for the record", async () => {
  api.add(1);
  const exchange = newExchange();
  await readPage(fetch, source(), { from: null }, exchange, never);
  const answer = { object: "list", data: api.events, list_metadata: { after: null } };
  expect(exchange).toMatchObject({ status: 200, bytesIn: JSON.stringify(answer).length });
});

const list = (data: unknown, after: unknown = null) =>
  saying(200, { object: "list", data, list_metadata: { after } });
const text =
  (status: number, body: string): Strange =>
  (_, response) =>
    void response.writeHead(status, { "content-type": "text/html" }).end(body);
const at = (minute: number) => ({ created_at: `2026-11-28T10:${String(minute).padStart(2, "0")}:00.000Z` });

test.each<[string, Strange, string]>([
  ["too many requests", saying(429), "limited"],
  ["trouble of its own", saying(500, { message: "secret" }), "failing"],
  ["a proxy that gave up", text(504, "<html>secret</html>"), "failing"],
  ["a key that is not accepted", saying(401), "key"],
  ["a key that may do nothing", saying(403), "key"],
  ["a question that is refused", saying(422), "refused"],
  [
    "a redirect",
    (_, response) => void response.writeHead(302, { location: "http://evil.test/" }).end(),
    "garbage",
  ],
  ["a page for people", text(200, "<html><title>Attention required</title></html>"), "garbage"],
  ["JSON cut short", text(200, '{"object":"list","data":[{"id":"event_1"'), "garbage"],
  ["nothing", text(200, ""), "garbage"],
  ["JSON's null", text(200, "null"), "garbage"],
  ["data that is no list", list({}), "garbage"],
  ["a list of other things", list([wireEvent("event_1"), "event_2"]), "garbage"],
  ["events without ids", list([wireEvent("event_1"), { ...wireEvent("event_2"), id: "" }]), "garbage"],
  ["no event that can be read", list([{ id: "event_1" }, { id: "event_2" }]), "garbage"],
  [
    "the newest first",
    list([wireEvent("event_3", at(9)), wireEvent("event_2", at(5)), wireEvent("event_1", at(1))]),
    "garbage",
  ],
  ["the page before again", list([wireEvent("event_8"), wireEvent("event_9")], "event_9"), "garbage"],
  [
    "an answer that breaks off",
    (_, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("{", () => response.destroy());
    },
    "silent",
  ],
  ["a connection that is reset", (request) => void request.socket.resetAndDestroy(), "silent"],
])("%s is a problem, and no events", async (_, strange, kind) => {
  expect((await problem(strange, "event_9")).kind).toBe(kind);
});

test("a server that says nothing, or begins and never ends, is given up", async () => {
  const soon: Fetch = (url, init) =>
    fetch(url, {
      ...init,
      signal: AbortSignal.any([init.signal as AbortSignal, AbortSignal.timeout(50)]),
    });
  expect(await problem(() => undefined, undefined, soon)).toMatchObject({
    kind: "silent",
    message: expect.stringContaining("30 seconds"),
  });
  const dribble: Strange = (_, response) => void response.writeHead(200).write("[");
  expect(await problem(dribble, undefined, soon)).toMatchObject({
    kind: "silent",
    message: expect.stringContaining("30 seconds"),
  });
});

test("an answer without end is not read to the end", async () => {
  let sent = 0;
  const endless: Strange = (_, response) => {
    response.writeHead(200);
    const chunk = Buffer.alloc(1_000_000, " ");
    const more = () => {
      while (!response.destroyed && sent < 200_000_000) {
        sent += chunk.length;
        if (!response.write(chunk)) return void response.once("drain", more);
      }
      response.end();
    };
    more();
  };
  expect((await problem(endless)).kind).toBe("garbage");
  expect(sent).toBeLessThan(100_000_000);
});

test("a compressed answer is bounded by what it becomes", async () => {
  const { gzipSync } = await import("node:zlib");
  const bomb: Strange = (_, response) => {
    response.writeHead(200, { "content-encoding": "gzip" });
    response.end(gzipSync(Buffer.alloc(70_000_000, " ")));
  };
  expect((await problem(bomb)).kind).toBe("garbage");
});

test("waits as long as it is asked to, in seconds or to a date by the other side's own clock", async () => {
  const wait = async (headers: object) => (await problem(saying(429, {}, headers))).retryAfterMs;
  expect(await wait({ "retry-after": "7" })).toBe(7_000);
  const theirs = { date: "Sun, 01 Jan 2040 00:00:00 GMT", "retry-after": "Sun, 01 Jan 2040 00:01:00 GMT" };
  expect(await wait(theirs)).toBe(60_000);
  expect(await wait({ "retry-after": "soon" })).toBeNull();
  expect(await wait({})).toBeNull();
});

test("events that came to light in another order than they began are taken as they come", async () => {
  const late = [
    wireEvent("event_1", at(2)),
    wireEvent("event_2", { created_at: "2026-11-28T10:01:30.000Z" }),
  ];
  api.strange.push(list(late));
  expect((await read()).items.map((item) => "id" in item && item.id)).toEqual(["event_1", "event_2"]);
});

test("one that cannot be read is known by its id, and those around it are read", async () => {
  api.strange.push(
    list([wireEvent("event_1"), { id: "event_2", event: "user.created" }, wireEvent("event_3")]),
  );
  const page = await read();
  expect(page.items).toMatchObject([{ id: "event_1" }, { unreadable: "event_2" }, { id: "event_3" }]);
  api.strange.push(list([wireEvent("event_1"), { id: "event_2" }], "event_2"));
  expect(await read()).toMatchObject({ last: "event_2", more: true });
});

test("a cursor that is always given does not lead in circles", async () => {
  api.strange.push((_, response) =>
    json(response, 200, { object: "list", data: [], list_metadata: { after: "event_9" } }),
  );
  expect(await read("event_9")).toEqual({ items: [], last: null, more: false });
});
