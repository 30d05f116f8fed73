import type { IncomingMessage } from "node:http";
import { type Clock, SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayIntake } from "#lib/shared/gateway/configuration.ts";
import { type RelayedEvent, readEvent } from "#lib/shared/gateway/relayed-event.ts";
import { readSignature } from "#lib/shared/gateway/webhook-signature.ts";
import type { Refusal } from "./passage.ts";
import type { Exchange } from "./serve.ts";
import type { WebhookStore } from "./store.ts";

type Webhook = Extract<GatewayIntake, { kind: "webhook" }>;

const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** What an event is kept with. */
export interface Keeping {
  store: WebhookStore;
  clock: Clock;
  /** Told of each webhook that could not be kept. */
  unkept: (error: unknown) => void;
}

/** After so long whoever sent it is told to come again: by then it is known, or is not. */
const KEPT_WITHIN_MS = 20 * SECOND_MS;

/**
 * Takes an event that was brought. It is answered with 200 only when it lies in the database: whoever sent it forgets it
 * then. An event that is here already, signed anew, is such an answer that was lost on the way, and gets it again; the same
 * signature a second time is a recording played back.
 */
export async function takeWebhook(
  { passage, request, response }: Exchange,
  body: Buffer,
  { door, store, clock, unkept }: Keeping & { door: Webhook },
): Promise<void> {
  const reading = readSignature(signatureOf(request), body, {
    secrets: door.secrets,
    toleranceMs: door.tolerance_seconds * SECOND_MS,
    now: clock(),
  });
  if (!reading.ok) return passage.refuse({ status: 401, reason: reading.problem });
  const event = eventOf(body);
  if (!event) return passage.refuse({ status: 422, reason: "no_event" });
  passage.know({ correlationId: event.id });
  passage.admit();
  const { signature, signedAt } = reading;
  const received = { event, environmentId: door.environment_id, signature, signedAt };
  const outcome = await inTime(store.keep(received)).catch((error: unknown): "unavailable" => {
    unkept(error);
    return "unavailable";
  });
  const refusal = REFUSALS[outcome];
  if (refusal) return passage.refuse(refusal, outcome === "unavailable" ? "failed" : "refused");
  passage.allow({ reason: outcome === "known" ? "known" : null });
  response.writeHead(200, { "content-length": "0" }).end();
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("The database does not answer in time.")), KEPT_WITHIN_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const REFUSALS: Partial<Record<string, Refusal>> = {
  replayed: { status: 409, reason: "replayed" },
  not_storable: { status: 422, reason: "no_event" },
  unavailable: { status: 503, reason: "store_unavailable", headers: { "retry-after": "5" } },
};

function signatureOf({ headers }: IncomingMessage): string | undefined {
  const header = headers["workos-signature"];
  return Array.isArray(header) ? header.join(", ") : header;
}

function eventOf(body: Buffer): RelayedEvent | null {
  try {
    return readEvent(JSON.parse(UTF8.decode(body)));
  } catch {
    return null;
  }
}
