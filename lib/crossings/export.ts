import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inBatches, inLines, recordTaken } from "#lib/audit/taking.ts";
import { inScope } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { csvLine } from "#lib/shared/csv.ts";
import { deploymentsOf } from "./reach.ts";
import { type CrossingRow, readCrossings } from "./read.ts";
import type { CrossingFormat, CrossingQuery, CrossingRef } from "./schema.ts";
import { between, type CrossingScope, dimensionsWhere, scopeWhere } from "./where.ts";

/**
 * Every crossing that the filter names, the oldest first, in pieces: memory stays the same however many there are. That it was
 * taken is on record before its first byte. Each batch is a short transaction of its own; what begins after the start is left out.
 */
export async function exportCrossings(
  actor: Actor,
  format: CrossingFormat,
  query: CrossingQuery,
  scope: CrossingScope = {},
  now = systemClock(),
): Promise<AsyncGenerator<string>> {
  actor.must("crossing.export");
  const { deploymentId } = scope;
  await recordTaken(actor, { action: "crossing.export", all: "crossings", format, query, deploymentId });
  const until = query.until && query.until < now ? query.until : now;
  return FORMATS[format](
    inBatches<CrossingRow>((last, count) => {
      const after = last && { beganAt: last.beganAt, id: last.crossingId };
      return readBatch(actor, { ...query, until }, scope, after, count);
    }),
  );
}

function readBatch(
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
  after: CrossingRef | undefined,
  count: number,
): Promise<CrossingRow[]> {
  const beyond = after ? Prisma.sql`AND (c.began_at, c.id) > (${after.beganAt}, ${after.id})` : Prisma.empty;
  return inScope(actor, async (tx) => {
    // The bound once more by itself: it says which days need no look any more.
    const from = after && (!query.since || after.beganAt > query.since) ? after.beganAt : query.since;
    const deployments = await deploymentsOf(tx, actor, query, scope);
    const refs = await tx.$queryRaw<CrossingRef[]>(Prisma.sql`
      SELECT c.began_at AS "beganAt", c.id FROM boundary.crossings c
      WHERE ${scopeWhere(actor, { deployments }, query, "rows")} AND ${dimensionsWhere(query, "rows")}
        AND ${between(Prisma.sql`c.began_at`, { from, until: query.until })} ${beyond}
      ORDER BY c.began_at, c.id LIMIT ${count}`);
    return await readCrossings(tx, actor, refs);
  });
}

const FORMATS: Record<CrossingFormat, (batches: AsyncGenerator<CrossingRow[]>) => AsyncGenerator<string>> = {
  csv: (batches) => inLines(batches, csvRow, csvLine(Object.keys(COLUMNS))),
  ndjson: (batches) => inLines(batches, (row) => `${JSON.stringify(record(row))}\n`),
};

/** Names of what a file holds, the same in both formats; all moments in UTC. */
const COLUMNS: Record<string, (row: CrossingRow) => Date | string | number | null> = {
  id: (row) => row.crossingId,
  began_at_utc: (row) => row.beganAt,
  ended_at_utc: (row) => row.endedAt,
  direction: (row) => row.direction,
  kind: (row) => row.kind,
  outcome: (row) => row.outcome,
  reason: (row) => row.reason,
  rule_id: (row) => row.ruleId,
  purpose: (row) => row.purpose,
  peer_name: (row) => row.peerName,
  peer_address: (row) => row.peerAddress,
  peer_port: (row) => row.peerPort,
  client_id: (row) => row.clientId,
  client_name: (row) => row.clientName,
  client_address: (row) => row.clientAddress,
  method: (row) => row.method,
  path: (row) => row.path,
  status: (row) => row.status,
  bytes_in: (row) => row.bytesIn,
  bytes_out: (row) => row.bytesOut,
  latency_ms: (row) => row.latencyMs,
  tls_version: (row) => row.tlsVersion,
  certificate_sha256: (row) => row.certificateSha256,
  correlation_id: (row) => row.correlationId,
  missing: (row) => row.missing,
  customer_id: (row) => row.customerId,
  deployment_id: (row) => row.deploymentId,
  environment_id: (row) => row.environmentId,
  gateway: (row) => row.gateway,
};

function csvRow(row: CrossingRow): string {
  return csvLine(Object.values(COLUMNS).map((value) => textOf(value(row))));
}

function textOf(value: Date | string | number | null): string | number | null {
  return value instanceof Date ? value.toISOString() : value;
}

function record(row: CrossingRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, value]) => [name, value(row)]));
}
