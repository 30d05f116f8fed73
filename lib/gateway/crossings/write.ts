import pg from "pg";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { Pool } from "../db.ts";
import { gapOf } from "./gap.ts";

/** Whose crossings these are. */
export interface Owner {
  readonly customerId: string;
  readonly deploymentId: string;
  readonly gateway: string;
}

/** Writes crossings, each as the last of its id says, in one statement that is there wholly or not at all. */
export type Write = (crossings: readonly Crossing[]) => Promise<void>;

export function crossingWriter(pool: Pool, owner: Owner): Write {
  const days = new Set<string>();
  const prepare = async (crossings: readonly Crossing[]) => {
    for (const day of new Set(crossings.map(({ beganAt }) => beganAt.toISOString().slice(0, 10)))) {
      if (days.has(day)) continue;
      await pool.query("SELECT boundary.prepare_day($1)", [day]);
      days.add(day);
    }
  };
  const insert = async (crossings: readonly Crossing[]) => {
    const values = [owner.customerId, owner.deploymentId, owner.gateway, JSON.stringify(crossings)];
    await pool.query({ name: "crossings", text: UPSERT, values });
  };
  return async function write(crossings) {
    await prepare(crossings);
    try {
      await insert(crossings);
    } catch (error) {
      if (isMissingDay(error)) days.clear();
      if (!isOfTheData(error)) throw error;
      if (crossings.length > 1) {
        // One of them cannot be written; which one shows by halves.
        const half = crossings.length >> 1;
        await write(crossings.slice(0, half));
        await write(crossings.slice(half));
        return;
      }
      const [crossing] = crossings;
      if (!crossing || crossing.kind === "gap") throw error;
      await write([gapOf(crossing.id, crossing.beganAt, crossing.beganAt, 1, "unwritable")]);
    }
  };
}

/** Classes 22 and 23 of SQLSTATE: a value makes no sense, or a constraint refuses it. It would be refused again. */
function isOfTheData(error: unknown): boolean {
  return error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? "") && !isMissingDay(error);
}

/** No partition takes the row: its day was dropped after it had been prepared. */
function isMissingDay(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError && error.code === "23514" && error.message.startsWith("no partition")
  );
}

// The last of a batch for each id: a connection may begin and end in one. In the order of the key, so that two writers that
// write the same wait for each other instead of for ever.
const UPSERT = `
INSERT INTO boundary.crossings AS kept (id, began_at, ended_at, customer_id, deployment_id, environment_id, gateway, direction, kind,
  outcome, reason, rule_id, purpose, peer_name, peer_address, peer_port, client_id, client_name, client_address, method, path,
  status, bytes_in, bytes_out, tls_version, certificate_sha256, latency_ms, correlation_id, missing)
SELECT c.id, c."beganAt", c."endedAt", $1, $2, c."environmentId", $3, c.direction, c.kind,
  c.outcome, c.reason, c."ruleId", c.purpose, c."peerName", c."peerAddress", c."peerPort", c."clientId", c."clientName",
  c."clientAddress", c.method, c.path, c.status, c."bytesIn", c."bytesOut", c."tlsVersion", c."certificateSha256", c."latencyMs",
  c."correlationId", c.missing
FROM jsonb_to_recordset($4::jsonb) AS c (id text, "beganAt" timestamptz, "endedAt" timestamptz, "environmentId" text, direction text,
  kind text, outcome text, reason text, "ruleId" text, purpose text, "peerName" text, "peerAddress" inet, "peerPort" int,
  "clientId" text, "clientName" text, "clientAddress" inet, method text, path text, status int, "bytesIn" bigint, "bytesOut" bigint,
  "tlsVersion" text, "certificateSha256" text, "latencyMs" int, "correlationId" text, missing int)
ORDER BY c."beganAt", c.id
ON CONFLICT (deployment_id, began_at, id) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome,
  reason = excluded.reason, rule_id = excluded.rule_id, status = excluded.status, bytes_in = excluded.bytes_in,
  bytes_out = excluded.bytes_out, tls_version = excluded.tls_version, certificate_sha256 = excluded.certificate_sha256,
  latency_ms = excluded.latency_ms, correlation_id = excluded.correlation_id, peer_address = excluded.peer_address
WHERE kept.ended_at IS NULL`;
