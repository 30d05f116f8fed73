import { type Clock, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import { isDiskFull } from "../db.ts";
import type { Gateway, RunningPart } from "../gateway.ts";
import { LastHour } from "../hour.ts";
import { applicationAgents } from "./callback.ts";
import { type Doors, doorsOf } from "./doors.ts";
import { BOUNDS, type Bounds, listen } from "./listener.ts";
import { Budget, RateLimiter } from "./rate.ts";
import { serve } from "./serve.ts";
import { webhookStore } from "./store.ts";

/** What all open bodies together may hold in memory. */
const BODIES_BYTES = 64 * 1024 * 1024;
const OF_ONE_SOURCE = { perSecond: 100, burst: 500 };
const OF_ALL = { perSecond: 1_000, burst: 4_000 };
const BODY_WITHIN_MS = 15 * SECOND_MS;

/** What a test changes: to wait for less, and to meet a limit sooner. */
export interface IntakeLimits {
  bounds: Bounds;
  bodyWithinMs: number;
  bodiesBytes: number;
  ofOneSource: { perSecond: number; burst: number };
  ofAll: { perSecond: number; burst: number };
}

/** The part of the gateway that takes what comes from outside: webhooks, and what browsers bring for the application. */
export async function startIntake(
  gateway: Gateway,
  changed: Partial<IntakeLimits> = {},
): Promise<IntakePart> {
  const { env, clock, configurations, recorder, log, pool } = gateway;
  const {
    bounds = BOUNDS,
    bodyWithinMs = BODY_WITHIN_MS,
    bodiesBytes = BODIES_BYTES,
    ofOneSource = OF_ONE_SOURCE,
    ofAll = OF_ALL,
  } = changed;
  let doors: Doors = doorsOf(configurations.current.configuration, env.intake.publicPort);
  configurations.onChange(({ configuration }) => {
    doors = doorsOf(configuration, env.intake.publicPort);
  });
  const counts = new Counts(clock);
  const { deployment } = configurations.current.configuration;
  const store = webhookStore(pool, { deploymentId: deployment.id, customerId: deployment.customer_id });
  const agents = applicationAgents();
  const failed = (error: unknown) => log.error({ err: error }, "the intake met a fault");
  const unkept = (error: unknown) => {
    counts.problem = isDiskFull(error)
      ? "The disk of the database is full: webhooks are turned away, to come again."
      : "The database takes no webhooks: they are turned away, to come again.";
    failed(error);
  };
  const budget = new Budget(bodiesBytes);
  const intake = {
    doors: () => doors,
    store,
    agents,
    clock,
    budget,
    bodyWithinMs,
    failed,
    unkept,
    trustedProxies: env.intake.trustedProxies,
    limits: { source: new RateLimiter(ofOneSource), all: new RateLimiter(ofAll) },
  };
  const listener = await listen({
    host: env.intake.host,
    port: env.intakePort,
    tls: env.intake.tls ?? null,
    bounds,
    clock,
    failed,
    direct: env.intake.trustedProxies === 0,
    admits: (address) => doors.admission.admits(address, clock()),
    record(crossing) {
      recorder.record(crossing);
      counts.count(crossing);
    },
    serve: (...exchange) => void serve(intake, ...exchange),
  });
  const forget = () => store.forget(clock()).catch(failed);
  const pruning = setInterval(() => void forget(), MINUTE_MS);
  return {
    port: listener.address.port,
    budgetFree: () => budget.free,
    forget,
    report: async () => ({ intake: counts.report() }),
    metrics: () => [...counts.lines(), `sallyport_intake_connections ${listener.connections}`],
    async stop() {
      clearInterval(pruning);
      await listener.close();
      agents.destroy();
    },
  };
}

export interface IntakePart extends RunningPart {
  readonly port: number;
  /** What of the memory for bodies nobody holds. */
  budgetFree(): number;
  /** Forgets signatures that are too old to come again; otherwise done every minute. */
  forget(): Promise<void>;
}

/** How many crossings ended how, for the metrics and for the report. Reasons are ours and few. */
class Counts {
  problem: string | null = null;
  readonly #ended = new Map<string, number>();
  readonly #hour: LastHour<"webhook" | "callback" | "refused">;
  #lastWebhookAt: Date | null = null;

  constructor(clock: Clock) {
    this.#hour = new LastHour(clock);
  }

  count({ endedAt, kind, outcome, reason }: Crossing): void {
    if (endedAt === null) return;
    const key = `kind="${kind}",outcome="${outcome}",reason="${reason ?? ""}"`;
    this.#ended.set(key, (this.#ended.get(key) ?? 0) + 1);
    if (outcome === "refused") this.#hour.count("refused");
    if (outcome !== "allowed" || (kind !== "webhook" && kind !== "callback")) return;
    this.#hour.count(kind);
    if (kind === "callback") return;
    this.#lastWebhookAt = endedAt;
    this.problem = null;
  }

  report(): NonNullable<GatewayReport["intake"]> {
    return {
      webhooks_last_hour: this.#hour.of("webhook"),
      callbacks_last_hour: this.#hour.of("callback"),
      refused_last_hour: this.#hour.of("refused"),
      last_webhook_at: this.#lastWebhookAt?.toISOString() ?? null,
      problem: this.problem,
    };
  }

  lines(): string[] {
    return [...this.#ended].map(([labels, count]) => `sallyport_intake_crossings_total{${labels}} ${count}`);
  }
}
