import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Clock, SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayIntake } from "#lib/shared/gateway/configuration.ts";
import { type BodyProblem, readBody } from "./body.ts";
import { type ApplicationAgents, forwardCallback } from "./callback.ts";
import { carrierOf, type Doors, methodsOf, targetOf } from "./doors.ts";
import type { Passage, Refusal } from "./passage.ts";
import { type Budget, type RateLimiter, rateKey } from "./rate.ts";
import { sourceOf } from "./source.ts";
import type { WebhookStore } from "./store.ts";
import { takeWebhook } from "./webhook.ts";

/** What answers requests from outside. */
export interface Intake {
  readonly doors: () => Doors;
  readonly store: WebhookStore;
  readonly agents: ApplicationAgents;
  readonly clock: Clock;
  readonly trustedProxies: number;
  /** One limit for each source, and one that all of them share. */
  readonly limits: { source: RateLimiter; all: RateLimiter };
  readonly budget: Budget;
  readonly bodyWithinMs: number;
  readonly failed: (error: unknown) => void;
  readonly unkept: (error: unknown) => void;
}

const BODY_REFUSALS: Record<BodyProblem, Refusal> = {
  too_large: { status: 413, reason: "too_large" },
  slow: { status: 408, reason: "slow" },
  client_gone: { status: 400, reason: "client_gone" },
  busy: { status: 503, reason: "busy", headers: { "retry-after": "1" } },
};

/** Answers one request; whatever it is, it ends as one crossing. `goOn` asks for the body of those that wait to be asked. */
export async function serve(
  intake: Intake,
  request: IncomingMessage,
  response: ServerResponse,
  { passage, goOn }: { passage: Passage; goOn?: () => void },
): Promise<void> {
  if (!passage.begin(request, response)) {
    response.destroy();
    return;
  }
  // One request for each connection: there is nothing behind it that could be taken for another.
  response.shouldKeepAlive = false;
  hearOut(request.socket);
  try {
    const admitted = admit(intake, passage, request);
    if ("reason" in admitted) return passage.refuse(admitted);
    goOn?.();
    await takeIn(intake, { passage, request, response }, admitted);
  } catch (error) {
    intake.failed(error);
    passage.refuse({ status: 500, reason: "fault" }, "failed");
  } finally {
    request.resume();
    passage.done();
  }
}

/** For how long whoever is answered may go on speaking. */
const LINGER_MS = 2 * SECOND_MS;

/**
 * Ends a connection by saying so, and hears the other side out for a moment: hanging up on what it still says would take the
 * answer from it, and those bytes would have passed uncounted.
 */
function hearOut(socket: Socket): void {
  socket.destroySoon = () => {
    socket.end();
    const late = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once("close", () => clearTimeout(late));
  };
}

/** What is worked on: a passage, and the two sides of its request. */
export interface Exchange {
  passage: Passage;
  request: IncomingMessage;
  response: ServerResponse;
}

interface Admitted {
  door: GatewayIntake;
  source: string;
  search: string;
}

/** Everything that is decided before a body is read, the cheapest first; and whoever may not come in learns of no path. */
function admit(intake: Intake, passage: Passage, request: IncomingMessage): Admitted | Refusal {
  const target = targetOf(request.url);
  passage.know({ path: target?.path ?? null });
  const source = sourceOf(
    passage.address ?? undefined,
    oneHeader(request, "x-forwarded-for"),
    intake.trustedProxies,
  );
  if (source === null) return { status: 400, reason: "source_unknown" };
  passage.know({ peerAddress: source, peerPort: intake.trustedProxies === 0 ? passage.port : null });
  const { admission, at } = intake.doors();
  const now = intake.clock();
  if (!admission.admits(source, now)) return { status: 403, reason: "no_rule" };
  const waitMs = takeOne(intake.limits, source);
  if (waitMs > 0) return tooMany(waitMs);
  if (!target) return { status: 400, reason: "malformed" };
  const door = at(target.path);
  if (!door) return { status: 404, reason: "unknown_path" };
  passage.know({ ...facts(door) });
  const rule = admission.decide(source, carrierOf(door), now);
  if (!rule) return { status: 403, reason: "no_rule" };
  passage.know({ ruleId: rule.id, purpose: rule.purpose });
  return shapeProblem(request, door, target.search) ?? { door, source, search: target.search };
}

function facts(door: GatewayIntake) {
  return door.kind === "webhook"
    ? ({ kind: "webhook", clientId: door.id, environmentId: door.environment_id } as const)
    : ({ kind: "callback", clientId: door.id } as const);
}

function shapeProblem(request: IncomingMessage, door: GatewayIntake, search: string): Refusal | null {
  const { headers, method = "" } = request;
  const methods = methodsOf(door);
  if (!methods.includes(method))
    return { status: 405, reason: "method", headers: { allow: methods.join(", ") } };
  // A host is part of every request of HTTP/1.1; twice would mean two.
  if (request.httpVersion !== "1.0" && !headers.host) return { status: 400, reason: "malformed" };
  if (door.kind === "webhook" && search !== "") return { status: 404, reason: "unknown_path" };
  if (headers.upgrade !== undefined) return { status: 400, reason: "upgrade" };
  const encoding = headers["content-encoding"];
  if (door.kind === "webhook" && encoding !== undefined && encoding !== "identity")
    return { status: 415, reason: "encoded" };
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  return method === "GET" && hasBody ? { status: 400, reason: "malformed" } : null;
}

async function takeIn(intake: Intake, exchange: Exchange, { door, source, search }: Admitted): Promise<void> {
  const { passage, request } = exchange;
  const { budget, bodyWithinMs, agents } = intake;
  const limits = { maxBytes: door.max_bytes, withinMs: bodyWithinMs, budget };
  const { reading, release } = readBody(request, limits);
  try {
    const read = await reading;
    if (!read.ok) return passage.refuse(BODY_REFUSALS[read.problem], bodyOutcome(read.problem));
    if (door.kind === "webhook") return await takeWebhook(exchange, read.body, { ...intake, door });
    passage.admit();
    const overTls = passage.tlsVersion !== null || intake.trustedProxies > 0;
    await forwardCallback(exchange, { door, search, body: read.body, source, overTls, agents });
  } finally {
    release();
  }
}

function bodyOutcome(problem: BodyProblem): "refused" | "failed" {
  return problem === "client_gone" || problem === "busy" ? "failed" : "refused";
}

function takeOne({ source, all }: Intake["limits"], address: string): number {
  const now = performance.now();
  return source.take(rateKey(address), now) || all.take("", now);
}

function tooMany(waitMs: number): Refusal {
  const seconds = Math.ceil(waitMs / SECOND_MS);
  return { status: 429, reason: "rate", headers: { "retry-after": String(seconds) } };
}

function oneHeader({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
