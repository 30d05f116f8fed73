import type { IncomingMessage, ServerResponse } from "node:http";
import type { FastifyBaseLogger } from "fastify";
import type { Clock } from "#lib/shared/clock.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import type { Sealer } from "#lib/shared/sealing.ts";
import type { Configurations } from "./configuration/follow.ts";
import type { Recorder } from "./crossings/recorder.ts";
import type { Pool } from "./db.ts";
import type { Env } from "./env.ts";

/** What every part of the gateway is given to work with. */
export interface Gateway {
  readonly env: Env;
  readonly pool: Pool;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: FastifyBaseLogger;
  readonly configurations: Configurations;
  readonly recorder: Recorder;
}

/** A part that is at work: the egress proxy, the intake, the relay. */
export interface RunningPart {
  /** What it adds to the gateway's report and to its health. */
  report(): Promise<Partial<GatewayReport>>;
  /** Its figures, as lines of Prometheus's text format. */
  metrics(): string[];
  /** Answers somebody who follows events over a connection that stays open, where this part has events. */
  follow?(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Takes nothing new, and finishes what is under way. */
  stop(): Promise<void>;
}
