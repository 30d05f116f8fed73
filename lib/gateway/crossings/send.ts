import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "pino";
import { SECOND_MS } from "#lib/shared/clock.ts";
import { SHIPMENT_MAX, ShipmentReceipt } from "#lib/shared/gateway/shipment.ts";
import { newId } from "#lib/shared/ids.ts";
import type { Pool } from "../db.ts";
import { gapOf } from "./gap.ts";
import type { Recorder } from "./recorder.ts";

export interface Sending {
  readonly console: { readonly url: string; readonly token: string };
  readonly pool: Pool;
  readonly recorder: Recorder;
  readonly log: Logger;
  /** Whether the console reads another database than this one. */
  readonly sent: () => boolean;
}

/** What one statement wrote, and a gateway may send alone for a while. */
interface Unsent {
  readonly seq: string;
  readonly gateway: string;
  readonly began_at: Date[];
  readonly ids: string[];
}

const EVERY_MS = SECOND_MS;
const AGAIN_MS_MAX = 60 * SECOND_MS;
const ANSWER_MAX_MS = 15 * SECOND_MS;

/**
 * Sends what was written to a console that reads another database: oldest first, until the console says that it has it. Sent twice it is
 * the same record there, so a gateway that is killed in between just sends it again.
 */
export function sendCrossings(sending: Sending): { stop(): Promise<void> } {
  const ending = new AbortController();
  const going = (async () => {
    for (let failures = 0; !ending.signal.aborted; ) {
      let more = false;
      try {
        more = sending.sent() ? await sendNext(sending, ending.signal) : await dropAll(sending.pool);
        failures = 0;
      } catch (error) {
        if (ending.signal.aborted) return;
        failures += 1;
        sending.log.warn({ err: error }, "the console could not be sent crossings");
      }
      if (more) continue;
      const waitMs = Math.min(AGAIN_MS_MAX, EVERY_MS * 2 ** Math.min(failures, 10));
      await pause(waitMs, undefined, { signal: ending.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      ending.abort();
      await going;
    },
  };
}

/** Says whether there was something. */
export async function sendNext(sending: Sending, ending: AbortSignal): Promise<boolean> {
  const { pool } = sending;
  const unsent = await leaseNext(pool);
  if (!unsent) return false;
  const missing: Missing = { console_refused: 0, kept_too_short: 0 };
  for (let from = 0; from < unsent.ids.length; from += SHIPMENT_MAX) {
    const crossings = await readCrossings(pool, unsent, from, from + SHIPMENT_MAX);
    missing.kept_too_short += Math.min(SHIPMENT_MAX, unsent.ids.length - from) - crossings.length;
    if (crossings.length > 0)
      missing.console_refused += await post(sending, unsent.gateway, crossings, ending);
  }
  tellMissing(sending, missing, unsent);
  await pool.query("DELETE FROM boundary.crossings_unsent WHERE seq = $1", [unsent.seq]);
  return true;
}

type Missing = Record<"console_refused" | "kept_too_short", number>;

/** What the console will never have is a gap in its record, and it is told so. */
function tellMissing({ recorder, log }: Sending, missing: Missing, { began_at }: Unsent): void {
  for (const [reason, count] of Object.entries(missing) as [keyof Missing, number][]) {
    if (count === 0) continue;
    log.warn({ reason, count }, "crossings are missing at the console");
    const now = new Date();
    const isGone = reason === "kept_too_short";
    // What the console refused may have been the time: this one it takes.
    const from = isGone ? (began_at.at(0) ?? now) : now;
    const to = isGone ? (began_at.at(-1) ?? now) : now;
    recorder.record(gapOf(newId("crs"), from, to, count, reason));
  }
}

/** Longer than all its requests may take together. */
const LEASE = "2 minutes";

async function leaseNext(pool: Pool): Promise<Unsent | null> {
  const { rows } = await pool.query<Unsent>(
    `UPDATE boundary.crossings_unsent SET leased_until = now() + interval '${LEASE}' WHERE seq = (
       SELECT seq FROM boundary.crossings_unsent WHERE leased_until IS NULL OR leased_until < now() OR leased_until > now() + interval '${LEASE}'
       ORDER BY seq LIMIT 1 FOR UPDATE SKIP LOCKED)
     RETURNING seq, gateway, began_at, ids`,
  );
  return rows[0] ?? null;
}

/** As they are now: one that was open when it was put by may have ended since. */
async function readCrossings(
  pool: Pool,
  { began_at, ids }: Unsent,
  from: number,
  to: number,
): Promise<object[]> {
  const { rows } = await pool.query<object>(READ, [began_at.slice(from, to), ids.slice(from, to)]);
  return rows;
}

const READ = `SELECT c.id, c.began_at AS "beganAt", c.ended_at AS "endedAt", c.direction, c.kind, c.outcome, c.reason, c.rule_id AS "ruleId",
  c.purpose, c.environment_id AS "environmentId", c.peer_name AS "peerName", host(c.peer_address) AS "peerAddress",
  c.peer_port AS "peerPort", c.client_id AS "clientId", c.client_name AS "clientName", host(c.client_address) AS "clientAddress",
  c.method, c.path, c.status, c.bytes_in::float8 AS "bytesIn", c.bytes_out::float8 AS "bytesOut", c.tls_version AS "tlsVersion",
  c.certificate_sha256 AS "certificateSha256", c.latency_ms AS "latencyMs", c.correlation_id AS "correlationId", c.missing
FROM unnest($1::timestamptz[], $2::text[]) AS wanted (began_at, id)
JOIN boundary.crossings c ON c.deployment_id = current_setting('sallyport.deployment') AND c.began_at = wanted.began_at AND c.id = wanted.id`;

/** Says how many the console refused for good. */
async function post(
  sending: Sending,
  gateway: string,
  crossings: readonly object[],
  ending: AbortSignal,
): Promise<number> {
  const { url, token } = sending.console;
  const response = await fetch(`${url}/api/gateway/crossings`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ gateway, crossings }),
    redirect: "error",
    signal: AbortSignal.any([ending, AbortSignal.timeout(ANSWER_MAX_MS)]),
  });
  if (response.ok) return ShipmentReceipt.parse(await response.json()).refused.length;
  await response.body?.cancel();
  if (![400, 413, 422].includes(response.status))
    throw new Error(`The console answered ${response.status} to crossings.`);
  // There is one among them that makes the console refuse all; which one shows by halves.
  if (crossings.length === 1) return 1;
  const half = crossings.length >> 1;
  const first = await post(sending, gateway, crossings.slice(0, half), ending);
  return first + (await post(sending, gateway, crossings.slice(half), ending));
}

/** The console reads this very database: what was put by before that was known is there already. */
async function dropAll(pool: Pool): Promise<false> {
  await pool.query("DELETE FROM boundary.crossings_unsent");
  return false;
}
