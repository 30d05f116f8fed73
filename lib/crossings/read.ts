import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { visibleSql } from "#lib/platform/sql.ts";
import type { CrossingKind, CrossingOutcome } from "#lib/shared/gateway/crossing.ts";
import type { CrossingRef } from "./schema.ts";

export interface CrossingRow {
  /** When it began and its id together, as the URL names it. */
  id: string;
  crossingId: string;
  beganAt: Date;
  endedAt: Date | null;
  customerId: string;
  customerName: string | null;
  deploymentId: string;
  deploymentName: string | null;
  environmentId: string | null;
  environmentName: string | null;
  gateway: string;
  direction: "egress" | "ingress";
  kind: CrossingKind;
  outcome: CrossingOutcome;
  reason: string | null;
  ruleId: string | null;
  purpose: string | null;
  peerName: string | null;
  peerAddress: string | null;
  peerPort: number | null;
  clientId: string | null;
  clientName: string | null;
  clientAddress: string | null;
  method: string | null;
  path: string | null;
  status: number | null;
  bytesIn: number;
  bytesOut: number;
  tlsVersion: string | null;
  certificateSha256: string | null;
  latencyMs: number | null;
  correlationId: string | null;
  /** Of a gap: how many could not be kept. */
  missing: number | null;
}

/** These crossings with all they hold, in the order in which they are named. */
export async function readCrossings(
  tx: Tx,
  actor: Actor,
  refs: readonly CrossingRef[],
): Promise<CrossingRow[]> {
  if (refs.length === 0) return [];
  const at = refs.map(({ beganAt }) => beganAt);
  const ids = refs.map(({ id }) => id);
  const times = at.map((moment) => moment.getTime());
  // The first and the last by themselves: they say which days need not be looked at, before how it is done is decided for each of them.
  const within = Prisma.sql`c.began_at BETWEEN ${new Date(Math.min(...times))} AND ${new Date(Math.max(...times))}`;
  return await tx.$queryRaw<CrossingRow[]>(Prisma.sql`
    SELECT (extract(epoch FROM c.began_at) * 1000)::bigint || '.' || c.id AS id, c.id AS "crossingId",
      c.began_at AS "beganAt", c.ended_at AS "endedAt", c.customer_id AS "customerId", k.name AS "customerName",
      c.deployment_id AS "deploymentId", d.name AS "deploymentName", c.environment_id AS "environmentId",
      e.name AS "environmentName", c.gateway, c.direction, c.kind, c.outcome, c.reason, c.rule_id AS "ruleId", c.purpose,
      c.peer_name AS "peerName", host(c.peer_address) AS "peerAddress", c.peer_port AS "peerPort",
      c.client_id AS "clientId", c.client_name AS "clientName", host(c.client_address) AS "clientAddress",
      c.method, c.path, c.status, c.bytes_in::float8 AS "bytesIn", c.bytes_out::float8 AS "bytesOut",
      c.tls_version AS "tlsVersion", c.certificate_sha256 AS "certificateSha256", c.latency_ms AS "latencyMs",
      c.correlation_id AS "correlationId", c.missing
    FROM unnest(${at}::timestamptz[], ${ids}::text[]) WITH ORDINALITY AS named(at, id, place)
    JOIN boundary.crossings c ON c.began_at = named.at AND c.id = named.id
    LEFT JOIN console.customers k ON k.id = c.customer_id
    LEFT JOIN console.deployments d ON d.id = c.deployment_id
    LEFT JOIN console.environments e ON e.id = c.environment_id
    WHERE ${within} AND ${visibleSql(actor, Prisma.sql`c.customer_id`)}
    ORDER BY named.place`);
}
