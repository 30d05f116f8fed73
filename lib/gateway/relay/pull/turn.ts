import { DAY_MS, HOUR_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { Gap } from "#lib/shared/gateway/gap.ts";
import type { RelayedEvent } from "#lib/shared/gateway/relayed-event.ts";
import { newId } from "#lib/shared/ids.ts";
import { appendEvents, inTransaction, recordGap } from "../append.ts";
import { type Page, type Position, PullProblem, type Source } from "./events-api.ts";
import { type Lease, moveCursor } from "./leases.ts";
import type { Puller } from "./puller.ts";
import { waitUntilNext } from "./waits.ts";

/** After so long it is another environment's turn. */
const TURN_MS = 30 * SECOND_MS;
/** The API answers for thirty days at once; a day less, for a clock that differs. */
export const RANGE_MAX_MS = 29 * DAY_MS;
/** Events that began before the last one may have come to light after it. */
export const OVERLAP_MS = HOUR_MS;

/**
 * Pulls an environment's events from where it stopped until there are no more, `goOn` says no, or its turn is over. Each page is kept
 * together with the cursor behind it.
 * @returns after how many milliseconds to ask again.
 * @throws PullProblem, LeaseLost
 */
export async function pullOn(
  puller: Puller,
  source: Source,
  lease: Lease,
  goOn: () => boolean,
): Promise<number> {
  const ends = performance.now() + TURN_MS;
  for (;;) {
    const page = await nextPage(puller, source, lease);
    await keepPage(puller, source, lease, page);
    if (!page.more) break;
    if (!goOn() || performance.now() > ends) return 0;
  }
  const { lastEventAt } = lease;
  const quietMs = lastEventAt ? puller.now().getTime() - lastEventAt.getTime() : Number.POSITIVE_INFINITY;
  return waitUntilNext(quietMs, puller.count());
}

async function nextPage(puller: Puller, source: Source, lease: Lease): Promise<Page> {
  if (lease.after === null) return await puller.ask(source, fromTime(lease, puller.now()));
  try {
    return await puller.ask(source, { after: lease.after });
  } catch (error) {
    if (!(error instanceof PullProblem && error.kind === "refused")) throw error;
    return await pageBehindForgotten(puller, source, lease, error);
  }
}

/**
 * The other side does not know the event at which we stopped; perhaps it keeps events for a shorter time than nobody pulled. Where it
 * answers for a time, reading goes on from there, and what may be missing is a gap. Where it does not, it refuses everything, and
 * nothing is concluded.
 */
async function pageBehindForgotten(
  puller: Puller,
  source: Source,
  lease: Lease,
  refusal: PullProblem,
): Promise<Page> {
  const forgotten = lease.after;
  const position = fromTime(lease, puller.now());
  const page = await puller.ask(source, position).catch((error: unknown) => {
    throw error instanceof PullProblem && error.kind === "refused" ? refusal : error;
  });
  const first = page.items.find((item): item is RelayedEvent => "createdAt" in item);
  const knowsIt = page.items.some((item) => "id" in item && item.id === forgotten);
  await inTransaction(puller.pool, async (client) => {
    await moveCursor(client, puller.side, lease, {
      after: null,
      lastEventAt: lease.lastEventAt,
      caughtUp: false,
    });
    if (knowsIt) return;
    const from = lease.lastEventAt ?? puller.now();
    const to = new Date(Math.max(first?.createdAt.getTime() ?? puller.now().getTime(), from.getTime()));
    await recordGap(
      client,
      puller.side,
      gapOf(source, { from, to, count: null, reason: "cursor_lost" }),
      puller.now(),
    );
  });
  return page;
}

/** By time: from the last event that was taken, or from as far back as the other side goes. */
function fromTime({ lastEventAt }: Lease, now: Date): Position {
  if (!lastEventAt) return { from: null };
  const from = Math.min(lastEventAt.getTime(), now.getTime()) - OVERLAP_MS;
  return { from: new Date(Math.max(from, now.getTime() - RANGE_MAX_MS)) };
}

async function keepPage(puller: Puller, source: Source, lease: Lease, page: Page): Promise<void> {
  const events = eventsOf(page);
  await inTransaction(puller.pool, async (client) => {
    const to = {
      after: page.last ?? lease.after,
      lastEventAt: events.at(-1)?.createdAt ?? lease.lastEventAt,
      caughtUp: !page.more,
    };
    const from = lease.lastEventAt;
    await moveCursor(client, puller.side, lease, to);
    await appendPage(client, puller, source, page, from);
  });
}

/** Keeps what of a page is new, and a gap for what of it cannot be read. Do it last in its transaction. */
export async function appendPage(
  client: Parameters<typeof appendEvents>[0],
  { side, now }: Puller,
  source: Source,
  page: Page,
  before: Date | null,
): Promise<number> {
  const added = await appendEvents(
    client,
    side,
    eventsOf(page).map((event) => ({
      environmentId: source.environment_id,
      origin: "pulled" as const,
      event,
    })),
  );
  for (const { from, to, count } of unreadableIn(page, before ?? now()))
    await recordGap(client, side, gapOf(source, { from, to, count, reason: "unreadable" }), now());
  return added;
}

function eventsOf(page: Page): RelayedEvent[] {
  return page.items.filter((item): item is RelayedEvent => "createdAt" in item);
}

/** Those that lie side by side are one gap, between the events that could be read. */
function* unreadableIn(page: Page, before: Date): Generator<{ from: Date; to: Date; count: number }> {
  let from = before;
  let count = 0;
  for (const item of page.items) {
    if (!("createdAt" in item)) {
      count += 1;
      continue;
    }
    if (count > 0) yield { from: earlier(from, item.createdAt), to: item.createdAt, count };
    from = item.createdAt;
    count = 0;
  }
  if (count > 0) yield { from, to: from, count };
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other;
}

function gapOf(source: Source, gap: Pick<Gap, "from" | "to" | "count" | "reason">): Gap {
  return { id: newId("gap"), environmentId: source.environment_id, sourceId: source.id, ...gap };
}
