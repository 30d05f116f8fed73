import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { csvLine } from "#lib/shared/csv.ts";
import { declined } from "#lib/shared/refusals.ts";
import { type CrossingRow, readCrossings } from "./read.ts";
import type { CrossingFormat, CrossingQuery, CrossingRef } from "./schema.ts";
import { between, type CrossingScope, dimensionsWhere, scopeWhere } from "./where.ts";

const BATCH = 1_000;

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
  await recordExport(actor, format, query, scope);
  const until = query.until && query.until < now ? query.until : now;
  return FORMATS[format](readAll(actor, { ...query, until }, scope));
}

async function* readAll(
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
): AsyncGenerator<CrossingRow[]> {
  let after: CrossingRef | undefined;
  for (;;) {
    const rows = await readBatch(actor, query, scope, after);
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (rows.length < BATCH || !last) return;
    after = { beganAt: last.beganAt, id: last.crossingId };
  }
}

function readBatch(
  actor: Actor,
  query: CrossingQuery,
  scope: CrossingScope,
  after: CrossingRef | undefined,
): Promise<CrossingRow[]> {
  const beyond = after ? Prisma.sql`AND (c.began_at, c.id) > (${after.beganAt}, ${after.id})` : Prisma.empty;
  return inScope(actor, async (tx) => {
    // The bound once more by itself: it says which days need no look any more.
    const from = after && (!query.since || after.beganAt > query.since) ? after.beganAt : query.since;
    const refs = await tx.$queryRaw<CrossingRef[]>(Prisma.sql`
      SELECT c.began_at AS "beganAt", c.id FROM boundary.crossings c
      WHERE ${scopeWhere(actor, scope, query, "rows")} AND ${dimensionsWhere(query, "rows")}
        AND ${between(Prisma.sql`c.began_at`, { from, until: query.until })} ${beyond}
      ORDER BY c.began_at, c.id LIMIT ${BATCH}`);
    return await readCrossings(tx, actor, refs);
  });
}

const FORMATS: Record<CrossingFormat, (batches: AsyncGenerator<CrossingRow[]>) => AsyncGenerator<string>> = {
  async *csv(batches) {
    yield csvLine(Object.keys(COLUMNS));
    for await (const rows of batches)
      yield rows.map((row) => csvLine(Object.values(COLUMNS).map((value) => textOf(value(row))))).join("");
  },
  async *ndjson(batches) {
    for await (const rows of batches) yield rows.map((row) => `${JSON.stringify(record(row))}\n`).join("");
  },
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

function textOf(value: Date | string | number | null): string | number | null {
  return value instanceof Date ? value.toISOString() : value;
}

function record(row: CrossingRow): Record<string, unknown> {
  return Object.fromEntries(Object.entries(COLUMNS).map(([name, value]) => [name, value(row)]));
}

/** Written under the deployment's customer, or the actor's only one; an export of more concerns no single customer. */
function recordExport(
  actor: Actor,
  format: CrossingFormat,
  query: CrossingQuery,
  scope: CrossingScope,
): Promise<void> {
  return inScope(actor, async (tx) => {
    const deployment = scope.deploymentId
      ? await tx.deployment.findFirst({
          where: { id: scope.deploymentId },
          select: { id: true, name: true, customerId: true },
        })
      : null;
    if (scope.deploymentId && !deployment) throw declined("not_found", "no_such_deployment");
    const own =
      actor.customers !== "all" && actor.customers.length === 1 ? (actor.customers[0] ?? null) : null;
    await recordAudit(tx, actor, {
      action: "crossing.export",
      targetType: deployment ? "deployment" : "crossings",
      targetId: deployment?.id ?? "crossings",
      targetName: deployment?.name ?? "all that is in sight",
      customerId: deployment?.customerId ?? own,
      deploymentId: deployment?.id ?? null,
      detail: {
        format,
        search: query.search,
        filters: query.filters,
        since: query.since?.toISOString() ?? null,
        until: query.until?.toISOString() ?? null,
      },
    });
  });
}
