import type { FastifyBaseLogger } from "fastify";
import type { Clock } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";
import { newId } from "#lib/shared/ids.ts";
import type { Recorder } from "../../crossings/recorder.ts";
import type { Pool } from "../../db.ts";
import type { Side } from "../append.ts";
import {
  type Exchange,
  type Fetch,
  newExchange,
  type Page,
  type Position,
  PullProblem,
  readPage,
  type Source,
} from "./events-api.ts";

/** What pulls, with all it needs. */
export interface Puller {
  readonly pool: Pool;
  readonly side: Side;
  readonly now: Clock;
  readonly log: Pick<FastifyBaseLogger, "info" | "warn" | "error">;
  /** Aborted once nothing new is to be begun. */
  readonly ending: AbortSignal;
  /** How many environments are pulled here. */
  count(): number;
  /** One page, which is on record whether it came or not. @throws PullProblem */
  ask(source: Source, position: Position): Promise<Page>;
}

export interface PullerParts {
  readonly pool: Pool;
  readonly side: Side;
  readonly clock: Clock;
  readonly log: Puller["log"];
  readonly recorder: Pick<Recorder, "record">;
  readonly fetch: Fetch;
  readonly ending: AbortSignal;
  readonly count: () => number;
}

export function createPuller(parts: PullerParts): Puller {
  const { pool, side, clock, log, recorder, fetch, ending, count } = parts;
  return {
    pool,
    side,
    now: clock,
    log,
    ending,
    count,
    async ask(source, position) {
      const began = performance.now();
      const crossing = crossingOf(source, clock());
      const exchange = newExchange();
      recorder.record(crossing);
      const ended = (outcome: Crossing["outcome"], reason: CrossingReason | null) =>
        recorder.record({
          ...crossing,
          ...wayOf(exchange),
          endedAt: clock(),
          outcome,
          reason,
          status: exchange.status,
          latencyMs: Math.round(performance.now() - began),
        });
      try {
        const page = await readPage(fetch, source, position, exchange, ending);
        ended("allowed", null);
        return page;
      } catch (error) {
        if (exchange.refusal) ended(exchange.refusal.outcome, exchange.refusal.reason);
        else ended("failed", error instanceof PullProblem ? `pull_${error.kind}` : "pull_failed");
        throw error;
      }
    },
  };
}

/** How it went, with every byte of the connection where it was the gateway that made it. */
function wayOf({ way, bytesIn }: Exchange): Partial<Crossing> {
  if (!way) return { bytesIn };
  const { in: received, out: sent } = way.bytes();
  return {
    ruleId: way.ruleId,
    purpose: way.purpose ?? "Events",
    peerAddress: way.address,
    tlsVersion: way.tlsVersion,
    certificateSha256: way.certificateSha256,
    bytesIn: received,
    bytesOut: sent,
  };
}

function crossingOf(source: Source, now: Date): Crossing {
  const { hostname, port, protocol, pathname } = new URL(source.url);
  return {
    id: newId("crs"),
    beganAt: now,
    endedAt: null,
    direction: "egress",
    kind: "pull",
    outcome: "open",
    reason: null,
    ruleId: null,
    purpose: "Events",
    environmentId: source.environment_id,
    peerName: hostname,
    peerAddress: null,
    peerPort: Number(port) || (protocol === "https:" ? 443 : 80),
    clientId: source.id,
    clientName: source.name,
    clientAddress: null,
    method: "GET",
    path: `${pathname.replace(/\/+$/, "")}/events`,
    status: null,
    bytesIn: 0,
    bytesOut: 0,
    tlsVersion: null,
    certificateSha256: null,
    latencyMs: null,
    correlationId: null,
  };
}
