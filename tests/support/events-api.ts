import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { wireEvent } from "./relayed-events.ts";

/** One answer that is not the usual one. */
export type Strange = (request: IncomingMessage, response: ServerResponse) => void;

export interface EventsApi {
  url: string;
  /** What there is, the oldest first. */
  events: ReturnType<typeof wireEvent>[];
  /** The queries that were asked, oldest first. */
  asked: URLSearchParams[];
  /** How the next requests are answered instead. */
  strange: Strange[];
  /** So many requests are under way at once, at most. */
  atOnce: number;
  /** How long an answer takes. */
  delayMs: number;
  add(count: number): void;
  /** The usual answer. */
  answer: Strange;
  close(): Promise<void>;
}

/** An Events API whose answers a test decides: what the other side is on its worst days. */
export async function startEventsApi(): Promise<EventsApi> {
  let open = 0;
  let made = 0;
  const server = createServer((request, response) => {
    open += 1;
    api.atOnce = Math.max(api.atOnce, open);
    response.once("close", () => {
      open -= 1;
    });
    api.asked.push(queryOf(request));
    const say = api.strange.shift() ?? api.answer;
    if (api.delayMs === 0) say(request, response);
    else setTimeout(() => say(request, response), api.delayMs);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const api: EventsApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    events: [],
    asked: [],
    strange: [],
    atOnce: 0,
    delayMs: 0,
    answer: (request, response) => answer(api.events, queryOf(request), response),
    add(count) {
      for (let at = 0; at < count; at += 1) {
        made += 1;
        const createdAt = new Date(Date.UTC(2026, 10, 1) + made * 1_000).toISOString();
        const id = `event_${String(made).padStart(6, "0")}`;
        api.events.push(
          wireEvent(id, { created_at: createdAt, data: { id: `user_${made % 7}`, number: made } }),
        );
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return api;
}

function queryOf(request: IncomingMessage): URLSearchParams {
  return new URL(request.url ?? "", "http://api.test").searchParams;
}

function answer(events: EventsApi["events"], query: URLSearchParams, response: ServerResponse): void {
  const [after, from, to] = ["after", "range_start", "range_end"].map((name) => query.get(name));
  const begin = after ? events.findIndex(({ id }) => id === after) + 1 : 0;
  if (after && begin === 0) {
    json(response, 404, { message: `Event not found: '${after}'.` });
    return;
  }
  const found = events
    .slice(begin)
    .filter((event) => (!from || event.created_at >= from) && (!to || event.created_at <= to));
  const data = found.slice(0, Number(query.get("limit") ?? 10));
  const next = found.length > data.length ? (data.at(-1)?.id ?? null) : null;
  json(response, 200, { object: "list", data, list_metadata: { after: next } });
}

export function json(response: ServerResponse, status: number, body: unknown, headers = {}): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}

export const saying =
  (status: number, body: unknown = { message: "No." }, headers = {}): Strange =>
  (_, response) =>
    json(response, status, body, headers);
