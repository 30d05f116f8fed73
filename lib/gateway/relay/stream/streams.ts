import { createHash } from "node:crypto";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayStream } from "#lib/shared/gateway/configuration.ts";
import { GAP_EVENT } from "#lib/shared/gateway/gap.ts";
import type { Gateway } from "../../gateway.ts";
import { filterOf } from "../delivery/filter.ts";
import { listen } from "../delivery/listen.ts";
import { type EventRow, readEvents } from "../delivery/store.ts";

export interface Streams {
  follow(request: IncomingMessage, response: ServerResponse): Promise<void>;
  metrics(): string[];
  stop(): Promise<void>;
}

export interface StreamLimits {
  /** How many may follow at once. */
  readonly followers: number;
  /** How long one may take nothing of what it is sent. */
  readonly stallMs: number;
  readonly heartbeatMs: number;
}

const LIMITS: StreamLimits = { followers: 100, stallMs: 30 * SECOND_MS, heartbeatMs: 15 * SECOND_MS };
const READ = { count: 200, bytes: 1_000_000 };
const LOOK_EVERY_MS = SECOND_MS;

/**
 * Events as server-sent events, in the order of the buffer, for applications that would rather ask than be called. Whoever comes
 * again with the `Last-Event-ID` they saw goes on behind it; whoever comes with none hears what happens from now on.
 */
export function startStreams(gateway: Gateway, limits: StreamLimits = LIMITS): Streams {
  const followers = new Map<AbortController, Promise<void>>();
  const wakers = new Set<() => void>();
  let wakes = 0;
  const stir = () => {
    wakes += 1;
    for (const wake of wakers) wake();
  };
  let unlisten: (() => Promise<void>) | null = null;
  const known = (token: string): GatewayStream | undefined =>
    gateway.configurations.current.configuration.streams.find(({ token_sha256 }) =>
      token_sha256.includes(createHash("sha256").update(token).digest("hex")),
    );
  const followed = async (
    response: ServerResponse,
    { token, from }: { token: string; from: number | null },
    ending: AbortSignal,
  ) => {
    const { pool, configurations } = gateway;
    const place = { deploymentId: configurations.current.configuration.deployment.id };
    let at = from ?? (await endOf(gateway, place.deploymentId));
    const send = async (text: string) => {
      if (response.write(text)) return;
      await once(response, "drain", {
        signal: AbortSignal.any([ending, AbortSignal.timeout(limits.stallMs)]),
      });
    };
    response.writeHead(200, {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
    });
    await send("retry: 2000\n\n");
    if (from !== null) await send(await missedText(gateway, place.deploymentId, from));
    let beatAt = performance.now();
    for (;;) {
      // Asked anew each time: its token may have been taken away.
      const stream = known(token);
      if (!stream) return;
      const before = wakes;
      const rows = await readEvents(pool, place, at, READ);
      await send(textOf(rows, filterOf(stream)));
      at = Number(rows.at(-1)?.seq ?? at);
      if (rows.length > 0) continue;
      if (performance.now() - beatAt > limits.heartbeatMs) {
        await send(":\n\n");
        beatAt = performance.now();
      }
      if (before === wakes) await untilWoken(wakers, LOOK_EVERY_MS, ending);
    }
  };
  return {
    async follow(request, response) {
      const token = /^Bearer (\S{16,512})$/.exec(request.headers.authorization ?? "")?.[1];
      if (!token || !known(token)) return refuse(response, 401, "This token is not known here.");
      const from = positionOf(request);
      if (from === undefined)
        return refuse(response, 400, "Last-Event-ID is a number that came with an event.");
      if (followers.size >= limits.followers)
        return refuse(response, 503, "Too many follow already. Come again.", { "retry-after": "10" });
      const ending = new AbortController();
      response.on("close", () => ending.abort());
      unlisten ??= listen(gateway.env.databaseUrl, stir, (error) =>
        gateway.log.warn({ err: error }, "new events are not heard of at once"),
      );
      const following = followed(response, { token, from }, ending.signal)
        .catch((error) => {
          if (!ending.signal.aborted) gateway.log.warn({ err: error }, "a follower of events is let go");
        })
        .finally(() => {
          followers.delete(ending);
          response.destroy();
        });
      followers.set(ending, following);
      await following;
    },
    metrics: () => [`sallyport_gateway_event_streams ${followers.size}`],
    async stop() {
      for (const ending of followers.keys()) ending.abort();
      await Promise.all([...followers.values(), unlisten?.()]);
    },
  };
}

/** Null where it is not said; undefined where it is no position. */
function positionOf({ headers }: IncomingMessage): number | null | undefined {
  const said = headers["last-event-id"];
  if (said === undefined || said === "") return null;
  return typeof said === "string" && /^\d{1,15}$/.test(said) ? Number(said) : undefined;
}

async function endOf({ pool }: Gateway, deploymentId: string): Promise<number> {
  const { rows } = await pool.query<{ seq: string | null }>(
    "SELECT max(seq) AS seq FROM boundary.relay_events WHERE deployment_id = $1",
    [deploymentId],
  );
  return Number(rows[0]?.seq ?? 0);
}

/**
 * What somebody is told who comes again after the event they saw last has left the buffer: what left it with that one, they have not
 * seen, and nobody else tells them.
 */
async function missedText({ pool }: Gateway, deploymentId: string, from: number): Promise<string> {
  const { rows } = await pool.query<{ first: string | null; known: boolean }>(
    `SELECT min(seq) AS first, coalesce(bool_or(seq = $2), false) AS known FROM (
       (SELECT seq FROM boundary.relay_events WHERE deployment_id = $1 ORDER BY seq LIMIT 1)
       UNION ALL SELECT seq FROM boundary.relay_events WHERE deployment_id = $1 AND seq = $2) AS some_events`,
    [deploymentId, from],
  );
  const first = rows[0]?.first;
  if (rows[0]?.known || from === 0 || (first != null && Number(first) <= from)) return "";
  const data = {
    object: "event",
    event: GAP_EVENT,
    data: {
      object: "gap",
      reason: "position_forgotten",
      after: from,
      until: first == null ? null : Number(first),
    },
  };
  return `event: ${GAP_EVENT}\ndata: ${JSON.stringify(data)}\n\n`;
}

function textOf(rows: readonly EventRow[], takes: ReturnType<typeof filterOf>): string {
  let text = "";
  for (const row of rows) {
    if (!takes(row)) continue;
    text += `id: ${row.seq}\nevent: ${row.event}\ndata: ${row.body.replace(/\r\n|\r|\n/g, "\ndata: ")}\n\n`;
  }
  const last = rows.at(-1);
  // What is nothing for this one moves its position all the same.
  return last && !takes(last) ? `${text}id: ${last.seq}\n\n` : text;
}

async function untilWoken(wakers: Set<() => void>, ms: number, ending: AbortSignal): Promise<void> {
  ending.throwIfAborted();
  await new Promise<void>((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      wakers.delete(wake);
      ending.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    wakers.add(wake);
    ending.addEventListener("abort", wake);
  });
  ending.throwIfAborted();
}

function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify({ message }));
}
