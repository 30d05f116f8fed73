import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { type EventRow, eventToWire } from "../events/event.ts";
import { ask } from "../outbound.ts";
import type { Service } from "../service.ts";
import { type EndpointRow, endpointContext } from "./endpoint.ts";
import { signatureHeader } from "./signature.ts";

const TIMEOUT_MS = 15 * SECOND_MS;
const LEASE_S = 60;
const BATCH = 100;
const GIVE_UP_AFTER_MS = 3 * DAY_MS;
const LONGEST_WAIT_MS = 2 * HOUR_MS;

// One instance delivers to an endpoint at a time, so that events arrive in their order. Should it die, its lease runs out.
const LEASE = sql(
  "webhook_lease",
  `UPDATE identity.webhook_endpoints SET leased_until = now() + make_interval(secs => $1)
   WHERE id IN (
     SELECT endpoint.id FROM identity.webhook_endpoints AS endpoint
     WHERE endpoint.status = 'enabled' AND endpoint.next_attempt_at <= now() AND (endpoint.leased_until IS NULL OR endpoint.leased_until < now())
       AND EXISTS (SELECT FROM identity.events AS event WHERE event.environment_id = endpoint.environment_id
         AND (event.tx_id, event.position) > (endpoint.cursor_tx_id, endpoint.cursor_position)
         AND event.tx_id < pg_snapshot_xmin(pg_current_snapshot()))
     ORDER BY endpoint.next_attempt_at LIMIT $2 FOR UPDATE SKIP LOCKED)
   RETURNING *, cursor_tx_id::text AS cursor_tx_id, cursor_position::text AS cursor_position`,
);
const SETTINGS = sql("webhook_settings", "SELECT settings FROM identity.environments WHERE id = $1");
const NEXT = sql(
  "webhook_next_events",
  `SELECT id, name, data, context, created_at, tx_id::text AS tx_id, position::text AS position FROM identity.events
   WHERE environment_id = $1 AND (tx_id, position) > ($2::xid8, $3::bigint) AND tx_id < pg_snapshot_xmin(pg_current_snapshot())
   ORDER BY tx_id, position LIMIT $4`,
);
// Only on from where it was when it was leased: somebody may have set it back, or switched it off, in the meantime.
const ADVANCE = sql(
  "webhook_advance",
  `UPDATE identity.webhook_endpoints SET cursor_tx_id = $3::xid8, cursor_position = $4::bigint, failures = 0, failing_since = NULL,
     last_error = NULL, leased_until = now() + make_interval(secs => $7)
   WHERE environment_id = $1 AND id = $2 AND status = 'enabled' AND cursor_tx_id = $5::xid8 AND cursor_position = $6::bigint RETURNING id`,
);
const FAIL = sql(
  "webhook_fail",
  `UPDATE identity.webhook_endpoints SET failures = failures + 1, failing_since = coalesce(failing_since, $3), last_error = $4,
     next_attempt_at = now() + make_interval(secs => $5), status = CASE WHEN $6 THEN 'disabled' ELSE status END,
     disabled_reason = CASE WHEN $6 THEN 'unreachable' ELSE disabled_reason END
   WHERE environment_id = $1 AND id = $2`,
);
const RELEASE = sql(
  "webhook_release",
  "UPDATE identity.webhook_endpoints SET leased_until = NULL WHERE environment_id = $1 AND id = $2",
);
const NOTE = sql(
  "webhook_attempt_note",
  `INSERT INTO identity.webhook_attempts (id, environment_id, endpoint_id, event_id, status, error, duration_ms)
   SELECT $2, $1, $3, $4, $5, $6, $7 WHERE EXISTS (SELECT FROM identity.webhook_endpoints WHERE id = $3)`,
);

interface Cursor {
  tx_id: string;
  position: string;
}
type Leased = EndpointRow & { cursor_tx_id: string; cursor_position: string };
type Next = EventRow & Cursor;

/** Delivers what is due to every endpoint that nobody else delivers to. Returns how many endpoints had something to do. */
export async function deliverDue(service: Service, limit = 20): Promise<number> {
  const leased = await service.db.query<Leased>(EVERY_ENVIRONMENT, LEASE, [LEASE_S, limit]);
  await Promise.all(leased.map((endpoint) => deliverTo(service, endpoint)));
  return leased.length;
}

async function deliverTo(service: Service, endpoint: Leased): Promise<void> {
  const { db } = service;
  const { environment_id: environmentId } = endpoint;
  try {
    const [row] = await db.query<{ settings: unknown }>(environmentId, SETTINGS, [environmentId]);
    if (!row) return;
    const allowPrivate = EnvironmentSettings.parse(row.settings).webhooks.private_addresses;
    await deliverOn(service, endpoint, allowPrivate);
  } finally {
    await db.query(environmentId, RELEASE, [environmentId, endpoint.id]);
  }
}

/** From event to event, until none is left, one fails, or somebody changed the endpoint. */
async function deliverOn(service: Service, endpoint: Leased, allowPrivate: boolean): Promise<void> {
  const { environment_id: environmentId } = endpoint;
  let at: Cursor = { tx_id: endpoint.cursor_tx_id, position: endpoint.cursor_position };
  for (;;) {
    const values = [environmentId, at.tx_id, at.position, BATCH];
    const events = await service.db.query<Next>(environmentId, NEXT, values);
    let passed: Next | null = null;
    for (const event of events) {
      if (!endpoint.events.includes(event.name)) {
        passed = event;
        continue;
      }
      const outcome = await attempt(service, endpoint, event, allowPrivate);
      if (outcome !== null) {
        if (passed) await advance(service, endpoint, at, passed);
        return await fail(service, endpoint, outcome);
      }
      if (!(await advance(service, endpoint, at, event))) return;
      at = event;
      passed = null;
    }
    if (passed) {
      if (!(await advance(service, endpoint, at, passed))) return;
      at = passed;
    }
    if (events.length < BATCH) return;
  }
}

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

async function advance({ db }: Service, endpoint: Leased, from: Cursor, to: Cursor): Promise<boolean> {
  const { environment_id: environmentId, id } = endpoint;
  const values = [environmentId, id, to.tx_id, to.position, from.tx_id, from.position, LEASE_S];
  const advanced = await db.query(environmentId, ADVANCE, values);
  if (advanced.length > 0) Object.assign(endpoint, { failures: 0, failing_since: null });
  return advanced.length > 0;
}

/** The event is tried again after a while; after three days without success the endpoint is switched off. */
async function fail({ db, clock }: Service, endpoint: Leased, problem: string): Promise<void> {
  const now = clock();
  const { environment_id: environmentId, id, failures, failing_since } = endpoint;
  const dead = failing_since !== null && now.getTime() - failing_since.getTime() > GIVE_UP_AFTER_MS;
  const waitMs =
    Math.min(LONGEST_WAIT_MS, 5 * SECOND_MS * 2 ** Math.min(failures, 20)) * (0.75 + Math.random() / 2);
  await db.query(environmentId, FAIL, [environmentId, id, now, problem, waitMs / 1_000, dead]);
}

const LOOK_EVERY_MS = SECOND_MS;

/** Delivers for as long as the service runs. Any number of instances may. */
export function startDelivering(service: Service, failed: (error: unknown) => void): () => Promise<void> {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const next = (waitMs: number) => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = look();
    }, waitMs).unref();
  };
  const look = async () => {
    try {
      const busy = await deliverDue(service);
      next(busy > 0 ? 50 : LOOK_EVERY_MS);
    } catch (error) {
      failed(error);
      next(MINUTE_MS / 4);
    }
  };
  next(LOOK_EVERY_MS);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
