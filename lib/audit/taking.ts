import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { declined } from "#lib/shared/refusals.ts";
import { recordAudit } from "./record.ts";

// What exports of a long record have in common: that they were taken is on record before their first byte, and they are read in
// batches, each in a short transaction of its own, so that a slow reader holds nothing in the database.

interface Taken {
  action: "audit.export" | "crossing.export";
  /** The record as a whole, where no deployment is named: `audit`, `crossings`. */
  all: string;
  format: string;
  query: { search: string; filters: object; since: Date | null; until: Date | null };
  deploymentId: string | undefined;
}

/** Written under the deployment's customer, or the actor's only one; an export of more concerns no single customer. */
export function recordTaken(
  actor: Actor,
  { action, all, format, query, deploymentId }: Taken,
): Promise<void> {
  return inScope(actor, async (tx) => {
    const deployment = deploymentId
      ? await tx.deployment.findFirst({
          where: { id: deploymentId },
          select: { id: true, name: true, customerId: true },
        })
      : null;
    if (deploymentId && !deployment) throw declined("not_found", "no_such_deployment");
    const own =
      actor.customers !== "all" && actor.customers.length === 1 ? (actor.customers[0] ?? null) : null;
    await recordAudit(tx, actor, {
      action,
      targetType: deployment ? "deployment" : all,
      targetId: deployment?.id ?? all,
      targetName: deployment?.name ?? "all that is in sight",
      customerId: deployment?.customerId ?? own,
      deploymentId: deployment?.id ?? null,
      detail: {
        format,
        search: query.search,
        filters: { ...query.filters },
        since: query.since?.toISOString() ?? null,
        until: query.until?.toISOString() ?? null,
      },
    });
  });
}

const BATCH = 1_000;

/** All rows, as many at a time as `read` is asked for, each batch behind the last row of the one before. */
export async function* inBatches<Row>(
  read: (after: Row | undefined, count: number) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  let after: Row | undefined;
  for (;;) {
    const rows = await read(after, BATCH);
    if (rows.length > 0) yield rows;
    after = rows.at(-1);
    if (rows.length < BATCH || !after) return;
  }
}

/** Each batch as text: one line for each row, below a heading where there is one. */
export async function* inLines<Row>(
  batches: AsyncGenerator<Row[]>,
  line: (row: Row) => string,
  heading = "",
): AsyncGenerator<string> {
  if (heading) yield heading;
  for await (const rows of batches) yield rows.map(line).join("");
}
