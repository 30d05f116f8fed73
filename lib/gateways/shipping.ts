import "server-only";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import type { Shipment, ShipmentReceipt, ShippedCrossing } from "#lib/shared/gateway/shipment.ts";
import { type Caller, requireCaller } from "./asking.ts";

/** Nothing is kept for longer; and a clock that is further ahead would have partitions made for days that never come. */
const OLDEST_DAYS = 3_650;
const AHEAD_DAYS = 2;

/**
 * Writes crossings of a gateway with a database of its own beside those of gateways in this one. Sent again they lead to the same
 * record; one that was open is brought to its end. Whose they are is the token's to say.
 */
export function takeShipment(
  caller: Caller,
  { gateway: process, crossings }: Shipment,
  now: Date,
): Promise<ShipmentReceipt> {
  return asSystem("a gateway has no session: its token is what lets it in", async (tx) => {
    const gateway = await requireCaller(tx, caller, now);
    const refused = crossings.flatMap((crossing) => {
      const reason = problemOf(crossing, now);
      return reason === null ? [] : [{ id: crossing.id, reason }];
    });
    const ids = new Set(refused.map(({ id }) => id));
    const kept = crossings.filter(({ id }) => !ids.has(id));
    for (const day of [...new Set(kept.map(({ beganAt }) => beganAt.slice(0, 10)))].sort())
      await tx.$executeRaw`SELECT boundary.prepare_day(${day}::date)`;
    if (kept.length > 0) await write(tx, { ...gateway, process }, kept);
    return { kept: kept.length, refused };
  });
}

function problemOf({ beganAt }: ShippedCrossing, now: Date): string | null {
  const days = (new Date(beganAt).getTime() - now.getTime()) / DAY_MS;
  if (days > AHEAD_DAYS) return "It began in the future.";
  return days < -OLDEST_DAYS ? "It began too long ago to be kept." : null;
}

interface Owner {
  customerId: string;
  deploymentId: string;
  process: string;
}

// The last of a batch for each id: a connection may begin and end in one.
async function write(tx: Tx, owner: Owner, crossings: readonly ShippedCrossing[]): Promise<void> {
  const { customerId, deploymentId, process } = owner;
  await tx.$executeRaw`
    INSERT INTO boundary.crossings AS kept (id, began_at, ended_at, customer_id, deployment_id, environment_id, gateway, direction,
      kind, outcome, reason, rule_id, purpose, peer_name, peer_address, peer_port, client_id, client_name, client_address, method,
      path, status, bytes_in, bytes_out, tls_version, certificate_sha256, latency_ms, correlation_id, missing)
    SELECT DISTINCT ON (c.id) c.id, c."beganAt", c."endedAt", ${customerId}, ${deploymentId}, c."environmentId", ${process},
      c.direction, c.kind, c.outcome, c.reason, c."ruleId", c.purpose, c."peerName", c."peerAddress", c."peerPort", c."clientId",
      c."clientName", c."clientAddress", c.method, c.path, c.status, c."bytesIn", c."bytesOut", c."tlsVersion",
      c."certificateSha256", c."latencyMs", c."correlationId", c.missing
    FROM ROWS FROM (jsonb_to_recordset(${JSON.stringify(crossings)}::jsonb) AS (id text, "beganAt" timestamptz,
      "endedAt" timestamptz, "environmentId" text, direction text, kind text, outcome text, reason text, "ruleId" text, purpose text,
      "peerName" text, "peerAddress" inet, "peerPort" int, "clientId" text, "clientName" text, "clientAddress" inet, method text,
      path text, status int, "bytesIn" bigint, "bytesOut" bigint, "tlsVersion" text, "certificateSha256" text, "latencyMs" int,
      "correlationId" text, missing int)) WITH ORDINALITY AS c
    ORDER BY c.id, c.ordinality DESC
    ON CONFLICT (deployment_id, began_at, id) DO UPDATE SET ended_at = excluded.ended_at, outcome = excluded.outcome,
      reason = excluded.reason, rule_id = excluded.rule_id, status = excluded.status, bytes_in = excluded.bytes_in,
      bytes_out = excluded.bytes_out, tls_version = excluded.tls_version, certificate_sha256 = excluded.certificate_sha256,
      latency_ms = excluded.latency_ms, correlation_id = excluded.correlation_id, peer_address = excluded.peer_address
    WHERE kept.ended_at IS NULL`;
}
