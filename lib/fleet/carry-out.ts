import "server-only";
import { type Actor, actorOf, systemActor } from "#lib/access/actor.ts";
import type { Change } from "#lib/allowlist/changes.ts";
import { packChanges } from "#lib/allowlist/packs/changes.ts";
import { loadBase } from "#lib/change-requests/base.ts";
import { proposeRequest, simulateRequest } from "#lib/change-requests/commands.ts";
import { createRequest } from "#lib/change-requests/drafting.ts";
import { lockDeployment } from "#lib/change-requests/step.ts";
import { asSystem, inScope, type Tx } from "#lib/platform/db.ts";
import { log } from "#lib/platform/log.ts";
import { type BulkRequest, type BulkRequestItem, Prisma } from "#lib/platform/prisma/client.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { recordBulk } from "./commands.ts";

/** As long as one run works, in items: then the next run goes on, and somebody who stops the worker does not wait. */
const ITEMS_A_RUN = 2_000;

/**
 * Makes the requests that were asked for at many deployments, each in a transaction of its own: whoever stops between
 * two loses nothing and repeats nothing. Any number of workers may run. Returns how many deployments it dealt with.
 */
export async function carryOutBulks(itemsMax = ITEMS_A_RUN, now = systemClock()): Promise<number> {
  const running = await asSystem("what was asked for is made by the worker", (tx) =>
    tx.bulkRequest.findMany({ where: { state: "running" }, orderBy: { createdAt: "asc" } }),
  );
  let dealt = 0;
  for (const bulk of running) {
    const author = await authorOf(bulk);
    while (dealt < itemsMax && (await nextItem(bulk, author, now))) dealt += 1;
    await finish(bulk, now);
  }
  return dealt;
}

/** Whoever asked, with what they may do today; null where they may no longer ask. */
async function authorOf({ createdById }: BulkRequest): Promise<Actor | null> {
  const person = await asSystem("what somebody may do is asked of their row", (tx) =>
    tx.person.findUnique({
      where: { id: createdById },
      select: { id: true, name: true, role: true, status: true, allCustomers: true, scopes: true },
    }),
  );
  if (person?.status !== "active") return null;
  const { id, name, role, allCustomers, scopes } = person;
  const customers = allCustomers ? ("all" as const) : scopes.map(({ customerId }) => customerId);
  const author = actorOf({ id, name, kind: "person", role, customers, sessionId: null, ip: null });
  return author.can("change_request.start_bulk") ? author : null;
}

/** Deals with one deployment. False where none waits, or where it was stopped. */
async function nextItem(bulk: BulkRequest, author: Actor | null, now: Date): Promise<boolean> {
  const item = await asSystem("the worker takes the next deployment", (tx) => takeItem(tx, bulk));
  if (!item) return false;
  if (!author || (author.customers !== "all" && !author.customers.includes(item.customerId))) {
    const problem = `${bulk.createdByName} may no longer ask for changes of this deployment.`;
    await settle(item, { state: "left_out", problem });
    return true;
  }
  try {
    const requestId = item.requestId ?? (await draft(bulk, item, author, now));
    if (requestId === null) return true;
    if (await isProposed(requestId)) {
      await settle(item, { state: "proposed", problem: "" });
      return true;
    }
    await simulateRequest(author, { requestId }, now);
    await proposeRequest(author, { requestId }, now);
    await settle(item, { state: "proposed", problem: "" });
  } catch (error) {
    if (!(error instanceof AppError) || error.kind === "unavailable") {
      log().error({ err: error, bulk: bulk.id }, "a request for many deployments met a failure");
      return false; // the next run tries the same deployment again
    }
    await settle(item, { state: item.requestId ? "held" : "left_out", problem: error.message });
  }
  return true;
}

/** A worker that died may have come as far as this. */
async function isProposed(requestId: string): Promise<boolean> {
  const { state } = await asSystem("how far a worker has come", (tx) =>
    tx.changeRequest.findUniqueOrThrow({ where: { id: requestId }, select: { state: true } }),
  );
  return state !== "draft" && state !== "simulated";
}

type Item = Pick<BulkRequestItem, "bulkId" | "deploymentId" | "customerId" | "requestId">;

/** A deployment that waits, and that no other worker holds: its turn is kept by moving its row, for a while. */
async function takeItem(tx: Tx, { id }: BulkRequest): Promise<Item | undefined> {
  const [item] = await tx.$queryRaw<Item[]>(Prisma.sql`
    UPDATE console.bulk_request_items SET taken_at = now()
    WHERE (bulk_id, deployment_id) IN (
      SELECT i.bulk_id, i.deployment_id FROM console.bulk_request_items i
      JOIN console.bulk_requests b ON b.id = i.bulk_id AND b.state = 'running'
      WHERE i.bulk_id = ${id} AND i.state = 'waiting'
        AND (i.taken_at IS NULL OR i.taken_at < now() - interval '2 minutes')
      ORDER BY i.deployment_id LIMIT 1 FOR UPDATE OF i SKIP LOCKED)
    RETURNING bulk_id AS "bulkId", deployment_id AS "deploymentId", customer_id AS "customerId",
      request_id AS "requestId"`);
  return item;
}

/** The request's draft, tied to the item in the same transaction. Null where there is nothing to change any more. */
function draft(bulk: BulkRequest, item: Item, author: Actor, now: Date): Promise<string | null> {
  return inScope(author, async (tx) => {
    const deployment = await lockDeployment(tx, author, item.deploymentId);
    const changes = await changesFor(tx, bulk, item.deploymentId, now);
    if (changes.length === 0) {
      await write(tx, item, { state: "left_out", problem: "It uses this version already." });
      return null;
    }
    const { subject, subjectName, versionNumber, reason, ticket } = bulk;
    const what = subject === "address_set" ? "the address set" : "the rule pack";
    const title = `Use version ${versionNumber} of ${what} ${subjectName}`.slice(0, 160);
    const wanted = { title, reason, ticket, changes, bulkId: bulk.id };
    const request = await createRequest(tx, author, deployment, wanted);
    item.requestId = request.id;
    await write(tx, item, { requestId: request.id });
    return request.id;
  });
}

async function changesFor(tx: Tx, bulk: BulkRequest, deploymentId: string, now: Date): Promise<Change[]> {
  const { subject, subjectId, versionId, versionNumber } = bulk;
  const { state } = await loadBase(tx, deploymentId);
  if (subject === "address_set") {
    if (state.sets.get(subjectId)?.versionId === versionId) return [];
    return [{ kind: "use_set_version", slug: subjectId, versionId }];
  }
  const ticked = state.capabilities.get(subjectId);
  if (!ticked || ticked.packVersion >= versionNumber) return [];
  const wanted = { packVersion: versionNumber, answers: ticked.answers };
  return packChanges(state, subjectId, wanted, { now, newRuleId: () => newId("rule") });
}

function settle(item: Item, data: Prisma.BulkRequestItemUncheckedUpdateInput): Promise<void> {
  return asSystem("how far the worker has come", (tx) => write(tx, item, data));
}

async function write(
  tx: Tx,
  { bulkId, deploymentId }: Item,
  data: Prisma.BulkRequestItemUncheckedUpdateInput,
): Promise<void> {
  const where = { bulkId_deploymentId: { bulkId, deploymentId } };
  await tx.bulkRequestItem.update({ where, data, select: { bulkId: true } });
}

/** Done once no deployment waits; exactly one worker writes it down. */
async function finish({ id }: BulkRequest, now: Date): Promise<void> {
  await asSystem("what was asked for is done", async (tx) => {
    const waiting = await tx.bulkRequestItem.count({ where: { bulkId: id, state: "waiting" } });
    if (waiting > 0) return;
    const { count } = await tx.bulkRequest.updateMany({
      where: { id, state: "running" },
      data: { state: "done", finishedAt: now },
    });
    if (count === 0) return;
    const bulk = await tx.bulkRequest.findUniqueOrThrow({ where: { id } });
    const groups = await tx.bulkRequestItem.groupBy({ by: ["state"], where: { bulkId: id }, _count: true });
    const detail = Object.fromEntries(groups.map(({ state, _count }) => [state, _count]));
    await recordBulk(tx, systemActor("worker"), bulk, "change_request.finish_bulk", detail);
  });
}
