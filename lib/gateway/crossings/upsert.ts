import type { Crossing } from "#lib/shared/gateway/crossing.ts";

/** Whose crossings these are. */
export interface Owner {
  readonly customerId: string;
  readonly deploymentId: string;
  readonly gateway: string;
}

const COLUMNS = {
  id: ["id", "text"],
  beganAt: ["began_at", "timestamptz"],
  endedAt: ["ended_at", "timestamptz"],
  direction: ["direction", "text"],
  kind: ["kind", "text"],
  outcome: ["outcome", "text"],
  reason: ["reason", "text"],
  ruleId: ["rule_id", "text"],
  purpose: ["purpose", "text"],
  environmentId: ["environment_id", "text"],
  peerName: ["peer_name", "text"],
  peerAddress: ["peer_address", "inet"],
  peerPort: ["peer_port", "int"],
  clientId: ["client_id", "text"],
  clientName: ["client_name", "text"],
  clientAddress: ["client_address", "inet"],
  method: ["method", "text"],
  path: ["path", "text"],
  status: ["status", "int"],
  bytesIn: ["bytes_in", "bigint"],
  bytesOut: ["bytes_out", "bigint"],
  tlsVersion: ["tls_version", "text"],
  certificateSha256: ["certificate_sha256", "text"],
  latencyMs: ["latency_ms", "int"],
  correlationId: ["correlation_id", "text"],
  missing: ["missing", "int"],
} as const satisfies Record<keyof Crossing, readonly [string, string]>;

const FIELDS = Object.keys(COLUMNS) as (keyof Crossing)[];
const NAMES = Object.values(COLUMNS).map(([name]) => name);
/** Of a crossing that goes further; what it was when it began stays. */
const CHANGES = [
  "ended_at",
  "outcome",
  "reason",
  "rule_id",
  "status",
  "bytes_in",
  "bytes_out",
  "tls_version",
  "certificate_sha256",
  "latency_ms",
  "correlation_id",
  "peer_address",
];

/** One statement for any number of crossings, each of which may be in it once. A crossing that has ended changes no more. */
export const UPSERT = `INSERT INTO boundary.crossings AS kept (customer_id, deployment_id, gateway, ${NAMES.join(", ")})
  SELECT $1, $2, $3, c.* FROM unnest(${Object.values(COLUMNS)
    .map(([, type], index) => `$${index + 4}::${type}[]`)
    .join(", ")}) c
  ON CONFLICT (deployment_id, began_at, id) DO UPDATE SET ${CHANGES.map((name) => `${name} = excluded.${name}`).join(", ")}
  WHERE kept.ended_at IS NULL`;

/** The same, and what it wrote is put by for the console, in the same transaction. */
export const UPSERT_SENT = `WITH written AS (${UPSERT} RETURNING began_at, id)
  INSERT INTO boundary.crossings_unsent (deployment_id, gateway, began_at, ids)
  SELECT $2, $3, array_agg(began_at ORDER BY began_at, id), array_agg(id ORDER BY began_at, id) FROM written HAVING count(*) > 0`;

/** By columns: PostgreSQL reads an array of texts three times as fast as the same in JSON. */
export function upsertValues(owner: Owner, crossings: readonly Crossing[]): string[] {
  const columns = FIELDS.map(
    (field) => `{${crossings.map((crossing) => element(crossing[field])).join(",")}}`,
  );
  return [owner.customerId, owner.deploymentId, owner.gateway, ...columns];
}

function element(value: Crossing[keyof Crossing]): string {
  if (value === null || value === undefined) return "NULL";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return `"${/["\\]/.test(value) ? value.replace(/["\\]/g, "\\$&") : value}"`;
  return value.toISOString();
}
