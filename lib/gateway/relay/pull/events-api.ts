import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { idOf, type RelayedEvent, readEvent } from "#lib/shared/gateway/relayed-event.ts";
import type { OwnWay } from "../../egress/own-requests.ts";
import { Refused } from "../../egress/refusal.ts";
import { retryAfterMs } from "../delivery/retries.ts";

/** What asks the other side: `fetch`, or one that goes by the rules and says by what way it went. */
export type Fetch = (url: URL, init: RequestInit, went: (way: OwnWay) => void) => Promise<Response>;

/** An environment whose events are pulled, as the configuration names it. */
export type Source = GatewayConfiguration["sources"][number];

type Api = Pick<Source, "url" | "api_key" | "events">;

/** Where a page begins. The API takes an event to go on from or a time, never both. */
export type Position = { readonly after: string } | { readonly from: Date | null; readonly to?: Date };

export interface Page {
  /** In the order they came in. One that cannot be read is known by its id alone. */
  readonly items: readonly (RelayedEvent | { readonly unreadable: string })[];
  /** Where the next page begins; null where this one was empty. */
  readonly last: string | null;
  readonly more: boolean;
}

/** What came of a request, for the record. */
export interface Exchange {
  status: number | null;
  /** What of the answer was read. */
  bytesIn: number;
  way: OwnWay | null;
  /** Why the gateway itself did not let it out, or could not. */
  refusal: Refused | null;
}

export function newExchange(): Exchange {
  return { status: null, bytesIn: 0, way: null, refusal: null };
}

export type PullProblemKind =
  /** Come back later, it says, or it has trouble of its own. */
  | "limited"
  | "failing"
  | "silent"
  /** No rule lets it out. */
  | "door"
  /** The key is not accepted. */
  | "key"
  /** It does not understand what it is asked; for a cursor, it may have forgotten it. */
  | "refused"
  /** What it says makes no sense. */
  | "garbage";

/** A pull that came to nothing. `message` can be shown: it holds nothing that the other side said. */
export class PullProblem extends Error {
  override name = "PullProblem";
  readonly kind: PullProblemKind;
  readonly retryAfterMs: number | null;

  constructor(kind: PullProblemKind, message: string, retryAfter: number | null = null) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfter;
  }
}

const PAGE = 100;
const ANSWER_MAX_MS = 30 * SECOND_MS;
const ANSWER_MAX_BYTES = 64_000_000;
/** Events that began in an order may end in another; a page that runs backwards for longer than this is the wrong way round. */
const DISORDER_MAX_MS = 60 * SECOND_MS;

/**
 * One page of events, the oldest first. Bounded in time and size; a redirect is not followed, since the key would go with it.
 * @throws PullProblem
 */
export async function readPage(
  fetch: Fetch,
  api: Api,
  position: Position,
  exchange: Exchange,
  ending: AbortSignal,
): Promise<Page> {
  const response = await ask(fetch, api, position, exchange, ending);
  exchange.status = response.status;
  if (response.status !== 200) {
    await response.body?.cancel().catch(() => undefined);
    throw problemOf(response);
  }
  const text = await readText(response, exchange);
  return pageOf(text, "after" in position ? position.after : null);
}

async function ask(
  fetch: Fetch,
  api: Api,
  position: Position,
  exchange: Exchange,
  ending: AbortSignal,
): Promise<Response> {
  const url = new URL(`${api.url.replace(/\/+$/, "")}/events`);
  url.searchParams.set("order", "asc");
  url.searchParams.set("limit", String(PAGE));
  if (api.events.length > 0) url.searchParams.set("events", api.events.join(","));
  if ("after" in position) url.searchParams.set("after", position.after);
  else {
    if (position.from) url.searchParams.set("range_start", position.from.toISOString());
    if (position.to) url.searchParams.set("range_end", position.to.toISOString());
  }
  const init = {
    headers: { authorization: `Bearer ${api.api_key}`, accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.any([ending, AbortSignal.timeout(ANSWER_MAX_MS)]),
  } as const;
  try {
    return await fetch(url, init, (way) => {
      exchange.way = way;
    });
  } catch (error) {
    if (error instanceof Refused) exchange.refusal = error;
    throw silent(error);
  }
}

function silent(error: unknown): PullProblem {
  if (error instanceof PullProblem) return error;
  if (error instanceof Refused)
    return error.outcome === "refused"
      ? new PullProblem("door", `The allowlist does not let it out: ${error.answer.sentence}`)
      : new PullProblem("silent", `It could not be reached: ${error.answer.sentence}`);
  if (chainOf(error).some(({ name }) => name === "TimeoutError"))
    return new PullProblem("silent", `It did not answer within ${ANSWER_MAX_MS / SECOND_MS} seconds.`);
  const code = chainOf(error)
    .map((at) => ("code" in at && typeof at.code === "string" ? at.code : null))
    .find((found) => found !== null && found !== "ABORT_ERR");
  return new PullProblem("silent", `It could not be reached${code ? ` (${code.slice(0, 60)})` : ""}.`);
}

function chainOf(error: unknown): Error[] {
  return error instanceof Error ? [error, ...chainOf(error.cause)] : [];
}

function problemOf(response: Response): PullProblem {
  const { status } = response;
  // A date is meant by the other side's clock, so it is measured by that one.
  const theirs = Date.parse(response.headers.get("date") ?? "");
  const now = Number.isNaN(theirs) ? new Date() : new Date(theirs);
  const wait = retryAfterMs(response.headers.get("retry-after") ?? undefined, now);
  if (status === 429) return new PullProblem("limited", "It asks to be called less often.", wait);
  if (status >= 500 || status === 408)
    return new PullProblem("failing", `It answers with status ${status}.`, wait);
  if (status === 401 || status === 403)
    return new PullProblem("key", `It does not accept the API key (status ${status}).`, wait);
  if (status >= 300 && status < 400)
    return new PullProblem("garbage", "It redirects, which is not followed.", wait);
  return new PullProblem("refused", `It refuses what it is asked (status ${status}).`, wait);
}

async function readText(response: Response, exchange: Exchange): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of response.body ?? []) {
      exchange.bytesIn += chunk.byteLength;
      if (exchange.bytesIn > ANSWER_MAX_BYTES)
        throw new PullProblem("garbage", `Its answer is larger than ${ANSWER_MAX_BYTES / 1_000_000} MB.`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw silent(error);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function pageOf(text: string, after: string | null): Page {
  const { items, next } = listIn(text);
  const read = items.map((item) => {
    const event = readEvent(item);
    if (event) return event;
    const id = idOf(item);
    if (id === null) throw new PullProblem("garbage", "It lists something that is no event.");
    return { unreadable: id };
  });
  const events = read.filter((item) => "createdAt" in item);
  if (read.length > 0 && events.length === 0)
    throw new PullProblem("garbage", "None of the events in its answer can be read.");
  if (runsBackwards(events)) throw new PullProblem("garbage", "It tells the newest events first.");
  const lastItem = read.at(-1);
  const last = lastItem ? ("id" in lastItem ? lastItem.id : lastItem.unreadable) : null;
  if (last !== null && last === after)
    throw new PullProblem("garbage", "It tells the same events again instead of those that follow.");
  return { items: read, last, more: last !== null && next };
}

function listIn(text: string): { items: unknown[]; next: boolean } {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new PullProblem("garbage", "Its answer is no JSON.");
  }
  const { data, list_metadata } = (answer ?? {}) as { data?: unknown; list_metadata?: { after?: unknown } };
  if (!Array.isArray(data) || data.length > PAGE * 10)
    throw new PullProblem("garbage", "Its answer is no list of events.");
  return { items: data, next: typeof list_metadata?.after === "string" };
}

function runsBackwards(events: readonly RelayedEvent[]): boolean {
  const times = events.map(({ createdAt }) => createdAt.getTime());
  const falls = (times[0] ?? 0) - (times.at(-1) ?? 0);
  return falls > DISORDER_MAX_MS && times.every((time, at) => at === 0 || time <= (times[at - 1] ?? time));
}
