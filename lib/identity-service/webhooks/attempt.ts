import { SECOND_MS } from "#lib/shared/clock.ts";
import { signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";
import { newId } from "#lib/shared/ids.ts";
import { sql } from "../db.ts";
import { type EventRow, eventToWire } from "../events/event.ts";
import { ask } from "../outbound.ts";
import type { Service } from "../service.ts";
import { type EndpointRow, endpointContext } from "./endpoint.ts";

const TIMEOUT_MS = 15 * SECOND_MS;

const NOTE = sql(
  "webhook_attempt_note",
  `INSERT INTO identity.webhook_attempts (id, environment_id, endpoint_id, event_id, status, error, duration_ms)
   SELECT $2, $1, $3, $4, $5, $6, $7 WHERE EXISTS (SELECT FROM identity.webhook_endpoints WHERE id = $3)`,
);

/** One delivery. Returns what went wrong, in a sentence; null where the endpoint took it. */
export async function attempt(
  { db, sealer, clock }: Service,
  endpoint: EndpointRow,
  event: EventRow,
  allowPrivate: boolean,
): Promise<string | null> {
  const body = JSON.stringify(eventToWire(event));
  const secret = sealer.open(endpoint.secret_sealed, endpointContext(endpoint.id));
  const began = performance.now();
  let status: number | null = null;
  let problem: string | null = null;
  try {
    const answer = await ask(endpoint.url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "user-agent": "Sallyport",
        "workos-signature": signatureHeader(secret, body, clock()),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      sizeBytesMax: 1_000_000,
      allowPrivate,
    });
    status = answer.status;
    if (status < 200 || status > 299) problem = `It answered ${status}.`;
  } catch (error) {
    problem = `It could not be reached: ${(error as Error).message}.`.slice(0, 300);
  }
  await db.query(endpoint.environment_id, NOTE, [
    endpoint.environment_id,
    newId("wa"),
    endpoint.id,
    event.id,
    status,
    problem,
    Math.round(performance.now() - began),
  ]);
  return problem;
}
