import { DAY_MS, HOUR_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import type { EventRow } from "../events/event.ts";
import type { Service } from "../service.ts";
import { attempt } from "./attempt.ts";
import type { EndpointRow } from "./endpoint.ts";

const LEASE_S = 60;
/** After so long it is another endpoint's turn, for one with a long queue must not hold up the rest. */
const TURN_MS = 30 * SECOND_MS;
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
// By the columns of `event`: a bare name would mean the texts that are selected, and "1000" comes before "999".
const NEXT = sql(
  "webhook_next_events",
  `SELECT id, name, data, context, created_at, tx_id::text AS tx_id, position::text AS position FROM identity.events AS event
   WHERE environment_id = $1 AND (tx_id, position) > ($2::xid8, $3::bigint) AND tx_id < pg_snapshot_xmin(pg_current_snapshot())
   ORDER BY event.tx_id, event.position LIMIT $4`,
);
// Only on from where it was when it was leased: somebody may have set it back, or switched it off, in the meantime.
const ADVANCE = sql(
  "webhook_advance",
  `UPDATE identity.webhook_endpoints SET cursor_tx_id = $3::xid8, cursor_position = $4::bigint, failures = 0, failing_since = NULL,
     last_error = NULL, leased_until = now() + make_interval(secs => $7)
   WHERE environment_id = $1 AND id = $2 AND status = 'enabled' AND cursor_tx_id = $5::xid8 AND cursor_position = $6::bigint
   RETURNING leased_until`,
);
const FAIL = sql(
  "webhook_fail",
  `UPDATE identity.webhook_endpoints SET failures = failures + 1, failing_since = coalesce(failing_since, $3), last_error = $4,
     next_attempt_at = now() + make_interval(secs => $5), status = CASE WHEN $6 THEN 'disabled' ELSE status END,
     disabled_reason = CASE WHEN $6 THEN 'unreachable' ELSE disabled_reason END
   WHERE environment_id = $1 AND id = $2`,
);
// Behind the others that are due. Not where the lease is another instance's by now.
const RELEASE = sql(
  "webhook_release",
  `UPDATE identity.webhook_endpoints SET leased_until = NULL, next_attempt_at = greatest(next_attempt_at, now())
   WHERE environment_id = $1 AND id = $2 AND leased_until = $3`,
);

interface Cursor {
  tx_id: string;
  position: string;
}
type Leased = EndpointRow & { cursor_tx_id: string; cursor_position: string; leased_until: Date };
type Next = EventRow & Cursor;

/**
 * Takes up to `limit` endpoints that have something to come and that nobody else delivers to. There is a promise for
 * each, which lasts until nothing is left, one event fails, or `goOn` says no.
 */
export async function beginDeliveries(
  service: Service,
  limit: number,
  goOn: () => boolean = () => true,
): Promise<Promise<void>[]> {
  const leased = await service.db.query<Leased>(EVERY_ENVIRONMENT, LEASE, [LEASE_S, limit]);
  return leased.map((endpoint) => deliverTo(service, endpoint, goOn));
}

async function deliverTo(service: Service, endpoint: Leased, goOn: () => boolean): Promise<void> {
  const { db } = service;
  const { environment_id: environmentId } = endpoint;
  const turnEnds = performance.now() + TURN_MS;
  try {
    const [row] = await db.query<{ settings: unknown }>(environmentId, SETTINGS, [environmentId]);
    if (!row) return;
    const allowPrivate = EnvironmentSettings.parse(row.settings).webhooks.private_addresses;
    await deliverOn(service, endpoint, allowPrivate, () => goOn() && performance.now() < turnEnds);
  } catch (error) {
    // A fault of ours: it waits like any other, or it would be met again at once.
    await fail(service, endpoint, "The service itself could not send it; its log says why.");
    throw error;
  } finally {
    await db.query(environmentId, RELEASE, [environmentId, endpoint.id, endpoint.leased_until]);
  }
}

/** From event to event, until none is left, one fails, its turn is over, or somebody changed the endpoint. */
async function deliverOn(
  service: Service,
  endpoint: Leased,
  allowPrivate: boolean,
  goOn: () => boolean,
): Promise<void> {
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
      if (!(await advance(service, endpoint, at, event)) || !goOn()) return;
      at = event;
      passed = null;
    }
    if (passed) {
      if (!(await advance(service, endpoint, at, passed))) return;
      at = passed;
    }
    if (events.length < BATCH || !goOn()) return;
  }
}

async function advance({ db }: Service, endpoint: Leased, from: Cursor, to: Cursor): Promise<boolean> {
  const { environment_id: environmentId, id } = endpoint;
  const values = [environmentId, id, to.tx_id, to.position, from.tx_id, from.position, LEASE_S];
  const [advanced] = await db.query<{ leased_until: Date }>(environmentId, ADVANCE, values);
  if (advanced) Object.assign(endpoint, { failures: 0, failing_since: null, ...advanced });
  return advanced !== undefined;
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
const AT_ONCE = 20;

/** Delivers for as long as the service runs. Any number of instances may. */
export function startDelivering(service: Service, failed: (error: unknown) => void): () => Promise<void> {
  const busy = new Set<Promise<void>>();
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();
  const next = (waitMs: number) => {
    if (stopped) return;
    timer = setTimeout(() => {
      looking = look();
    }, waitMs).unref();
  };
  const look = async () => {
    try {
      const free = AT_ONCE - busy.size;
      const begun = free > 0 ? await beginDeliveries(service, free, () => !stopped) : [];
      for (const delivery of begun) {
        const watched = delivery.catch(failed).finally(() => busy.delete(watched));
        busy.add(watched);
      }
      next(begun.length > 0 ? 50 : LOOK_EVERY_MS);
    } catch (error) {
      failed(error);
      next(5 * SECOND_MS);
    }
  };
  // What an earlier run left undelivered has waited long enough.
  next(0);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await looking;
    await Promise.all(busy);
  };
}
