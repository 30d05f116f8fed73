import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type BulkRequest, Prisma } from "#lib/platform/prisma/client.ts";
import type { BulkState } from "#lib/platform/prisma/enums.ts";
import { visibleSql } from "#lib/platform/sql.ts";
import { wakeWorker } from "#lib/platform/wake.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { behindSql, requestUnderWaySql } from "./behind.ts";
import type { BulkRef, StartBulkInput } from "./schema.ts";

/** Makes the requests: the worker's, see lib/worker/jobs.ts. */
export const CARRY_OUT_JOB = "fleet.carry-out";

interface Behind {
  deployment_id: string;
  customer_id: string;
  subject_name: string;
  wanted: number;
  wanted_id: string;
}

/**
 * Asks for the newest version at every deployment that the actor may see, that is behind, and that nobody has asked for
 * yet. The worker makes a change request for each; what is made here is only the list of them.
 */
export function startBulk(actor: Actor, input: StartBulkInput): Promise<{ bulkId: string; total: number }> {
  actor.must("change_request.start_bulk");
  const { subject, subjectId, versionNumber, reason, ticket } = input;
  return inScope(actor, async (tx) => {
    const behind = await tx.$queryRaw<Behind[]>(Prisma.sql`
      SELECT behind.* FROM (${behindSql()}) behind
      JOIN console.deployments d ON d.id = behind.deployment_id AND d.archived_at IS NULL
      LEFT JOIN LATERAL (${requestUnderWaySql()}) request ON TRUE
      WHERE behind.subject = ${subject} AND behind.subject_id = ${subjectId} AND request.id IS NULL
        AND ${visibleSql(actor, Prisma.sql`behind.customer_id`)}
      ORDER BY behind.deployment_id`);
    const [first] = behind;
    if (!first)
      throw new AppError("conflict", "No deployment is behind, or all of them have been asked already.");
    if (first.wanted !== versionNumber)
      throw new AppError(
        "conflict",
        `Version ${first.wanted} has come since. Look at it, and then ask for that one.`,
      );
    const bulk = await tx.bulkRequest.create({
      data: {
        ...{ id: newId("blk"), subject, subjectId, subjectName: first.subject_name },
        ...{ versionId: first.wanted_id, versionNumber, reason, ticket, total: behind.length },
        ...{ createdById: actor.id, createdByName: actor.name },
      },
    });
    await tx.bulkRequestItem.createMany({
      data: behind.map((row) => ({
        ...{ bulkId: bulk.id, deploymentId: row.deployment_id, customerId: row.customer_id },
      })),
    });
    await recordBulk(tx, actor, bulk, "change_request.start_bulk", { deployments: behind.length });
    await wakeWorker(tx, CARRY_OUT_JOB);
    return { bulkId: bulk.id, total: behind.length };
  });
}

/** Makes no more requests until it is resumed. Those that were made go on. Whoever sees it run astray may. */
export function pauseBulk(actor: Actor, { bulkId }: BulkRef): Promise<void> {
  return turn(actor, bulkId, "running", "paused");
}

export function resumeBulk(actor: Actor, { bulkId }: BulkRef): Promise<void> {
  return turn(actor, bulkId, "paused", "running");
}

function turn(actor: Actor, bulkId: string, from: BulkState, state: "running" | "paused"): Promise<void> {
  actor.must("change_request.start_bulk");
  return inScope(actor, async (tx) => {
    await tx.$queryRaw(Prisma.sql`SELECT FROM console.bulk_requests WHERE id = ${bulkId} FOR UPDATE`);
    const bulk = await tx.bulkRequest.findFirst({ where: { id: bulkId, items: { some: visibleTo(actor) } } });
    if (!bulk) throw new AppError("not_found", "There is no such request for many deployments.");
    if (bulk.state !== from) throw new AppError("conflict", `It is ${bulk.state} already.`);
    await tx.bulkRequest.update({ where: { id: bulkId }, data: { state }, select: { id: true } });
    const action = state === "paused" ? "change_request.pause_bulk" : "change_request.resume_bulk";
    await recordBulk(tx, actor, bulk, action, {});
    if (state === "running") await wakeWorker(tx, CARRY_OUT_JOB);
  });
}

export async function recordBulk(
  tx: Tx,
  actor: Actor,
  bulk: BulkRequest,
  action:
    | "change_request.start_bulk"
    | "change_request.pause_bulk"
    | "change_request.resume_bulk"
    | "change_request.finish_bulk",
  detail: Prisma.InputJsonObject,
): Promise<void> {
  const { id, subject, subjectId, subjectName, versionNumber } = bulk;
  await recordAudit(tx, actor, {
    action,
    targetType: "bulk_request",
    targetId: id,
    targetName: `${subjectName}, version ${versionNumber}`,
    detail: { subject, subjectId, version: versionNumber, ...detail },
  });
}
