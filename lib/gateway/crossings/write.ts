import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { Pool } from "../db.ts";
import type { Recorder } from "./recorder.ts";

/** Whose crossings these are. */
export interface Owner {
  readonly customerId: string;
  readonly deploymentId: string;
  readonly gateway: string;
}

const EVERY_MS = 50;
const BATCH_MAX = 1_000;

/** Writes crossings in batches. What cannot be written is tried again, in order. */
export function writeCrossings(pool: Pool, owner: Owner, failed: (error: unknown) => void): Recorder {
  let waiting: Crossing[] = [];
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const days = new Set<string>();
  const drain = async () => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      try {
        for (const day of new Set(batch.map(({ beganAt }) => beganAt.toISOString().slice(0, 10)))) {
          if (days.has(day)) continue;
          await pool.query("SELECT boundary.prepare_day($1)", [day]);
          days.add(day);
        }
        await pool.query(UPSERT, [
          JSON.stringify(batch),
          owner.customerId,
          owner.deploymentId,
          owner.gateway,
        ]);
      } catch (error) {
        failed(error);
        return;
      }
      waiting = waiting.slice(batch.length);
    }
  };
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    writing = writing.then(drain).then(() => {
      if (waiting.length > 0) later();
    });
    return writing;
  };
  const later = () => {
    timer ??= setTimeout(() => void flush(), EVERY_MS);
  };
  return {
    record(crossing) {
      waiting.push(crossing);
      later();
    },
    flush,
    async stop() {
      await flush();
      clearTimeout(timer);
    },
  };
}

// The last of a batch for each id: a connection may begin and end in one.
const UPSERT = `
INSERT INTO boundary.crossings AS kept (id, began_at, ended_at, customer_id, deployment_id, environment_id, gateway, direction, kind,
  outcome, reason, rule_id, purpose, peer_name, peer_address, peer_port, client_id, client_name, client_address, method, path,
  status, bytes_in, bytes_out, tls_version, certificate_sha256, latency_ms, correlation_id)
SELECT DISTINCT ON (c.id) c.id, c."beganAt", c."endedAt", $2, $3, c."environmentId", $4, c.direction, c.kind,
  c.outcome, c.reason, c."ruleId", c.purpose, c."peerName", c."peerAddress", c."peerPort", c."clientId", c."clientName",
  c."clientAddress", c.method, c.path, c.status, c."bytesIn", c."bytesOut", c."tlsVersion", c."certificateSha256", c."latencyMs",
  c."correlationId"
FROM ROWS FROM (jsonb_to_recordset($1::jsonb) AS (id text, "beganAt" timestamptz, "endedAt" timestamptz, "environmentId" text, direction text,
  kind text, outcome text, reason text, "ruleId" text, purpose text, "peerName" text, "peerAddress" inet, "peerPort" int,
  "clientId" text, "clientName" text, "clientAddress" inet, method text, path text, status int, "bytesIn" bigint, "bytesOut" bigint,
  "tlsVersion" text, "certificateSha256" text, "latencyMs" int, "correlationId" text)) WITH ORDINALITY AS c
ORDER BY c.id, c.ordinality DESC
ON CONFLICT (deployment_id, began_at, id) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome,
  reason = excluded.reason, rule_id = excluded.rule_id, status = excluded.status, bytes_in = excluded.bytes_in,
  bytes_out = excluded.bytes_out, tls_version = excluded.tls_version, certificate_sha256 = excluded.certificate_sha256,
  latency_ms = excluded.latency_ms, correlation_id = excluded.correlation_id, peer_address = excluded.peer_address
WHERE kept.ended_at IS NULL`;
