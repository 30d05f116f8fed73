import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { askFor } from "#lib/audit/asked.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { elsewhere, whyNot } from "#lib/drivers/abilities.ts";
import type { ConnectionMaker, SignInTrace } from "#lib/drivers/port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { type Carried, carryOutOrTakeBack, type Errand, writeOperation } from "#lib/platform/outbox.ts";
import { declined } from "#lib/shared/refusals.ts";
import { revisionOperations } from "./operations.ts";
import type {
  ActivateRevisionInput,
  CompareReplaysInput,
  KeepDraftInput,
  ReturnToRevisionInput,
  RevisionInput,
} from "./schema.ts";

/** Has people sign in by a draft from now on: it passed a test, or there is a reason. */
export async function activateRevision(
  actor: Actor,
  { connectionId, number, reason }: ActivateRevisionInput,
): Promise<Carried> {
  const detail = { revision: number, ...(reason ? { reason } : {}) };
  return await decide(actor, "connection.activate", connectionId, { number, reason }, detail);
}

/** Has people sign in again as they did before: by the revision before, or by an earlier one. */
export async function returnToRevision(
  actor: Actor,
  { connectionId, number, reason }: ReturnToRevisionInput,
): Promise<Carried> {
  const detail = { revision: number ?? "the one before", ...(reason ? { reason } : {}) };
  const input = { number: number ?? null, reason };
  return await decide(actor, "connection.return", connectionId, input, detail);
}

/** Gives a draft up. It stays in the history. */
export async function discardDraft(actor: Actor, { connectionId, number }: RevisionInput): Promise<Carried> {
  return await decide(actor, "connection.discard_draft", connectionId, { number }, { revision: number });
}

/** Says that a draft is meant as it is, although another revision was activated since it was begun. */
export async function keepDraft(
  actor: Actor,
  { connectionId, number, active }: KeepDraftInput,
): Promise<Carried> {
  const detail = { revision: number, over: active };
  return await decide(actor, "connection.keep_draft", connectionId, { number, active }, detail);
}

export interface RevisionTest {
  testId: string;
  url: string;
}

/** Starts a sign-in with the settings of a revision. People who sign in meanwhile do not notice. */
export async function startRevisionTest(
  actor: Actor,
  { connectionId, number }: RevisionInput,
): Promise<RevisionTest> {
  const { id, url } = await ask(actor, connectionId, { revision: number }, ({ revisions }) =>
    revisions.startTest(connectionId, number),
  );
  return { testId: id, url: url.href };
}

export interface ComparedReplays {
  left: SignInTrace;
  right: SignInTrace;
}

/** What two revisions make of the answer that was captured in a test. Nobody is signed in, and nothing is remembered. */
export async function compareReplays(
  actor: Actor,
  { connectionId, testId, left, right }: CompareReplaysInput,
): Promise<ComparedReplays> {
  const detail = { replayed: testId, with: `${left}, ${right}` };
  const [one, other] = await ask(actor, connectionId, detail, ({ revisions }) =>
    Promise.all([
      revisions.replay(connectionId, left, testId),
      revisions.replay(connectionId, right, testId),
    ]),
  );
  return { left: one, right: other };
}

async function ask<Answer>(
  actor: Actor,
  connectionId: string,
  detail: Record<string, string | number>,
  work: (connections: ConnectionMaker) => Promise<Answer>,
): Promise<Answer> {
  actor.must("connection.test");
  const found = await inScope(actor, (tx) => requireConnection(tx, actor, connectionId));
  const { connections } = await driverOf(found.environmentId);
  if (!connections) throw elsewhere(whyNot("workos", "revise_connections"));
  const asked = { action: "connection.test", ...targetOf(found), detail } as const;
  return await askFor(actor, asked, () => work(connections));
}

async function decide(
  actor: Actor,
  action: "connection.activate" | "connection.return" | "connection.discard_draft" | "connection.keep_draft",
  connectionId: string,
  input: Errand["input"],
  detail: Record<string, string | number>,
): Promise<Carried> {
  actor.must(action);
  const operationId = await inScope(actor, async (tx) => {
    const found = await requireConnection(tx, actor, connectionId);
    await recordAudit(tx, actor, { action, ...targetOf(found), detail });
    const { customerId, deploymentId, environmentId } = found;
    const where = { customerId, deploymentId, environmentId, targetId: connectionId };
    return await writeOperation(tx, actor, { kind: action, ...where, input: { ...input, by: actor.name } });
  });
  return await carryOutOrTakeBack(revisionOperations, operationId);
}

type Found = Awaited<ReturnType<typeof requireConnection>>;

async function requireConnection(tx: Tx, actor: Actor, id: string) {
  const found = await tx.connection.findFirst({
    where: { id, ...visibleTo(actor) },
    select: {
      id: true,
      name: true,
      customerId: true,
      deploymentId: true,
      environmentId: true,
      environment: { select: { driver: true } },
    },
  });
  if (!found) throw declined("not_found", "no_such_connection");
  const obstacle = whyNot(found.environment.driver, "revise_connections");
  if (obstacle) throw elsewhere(obstacle);
  return found;
}

function targetOf({ id, name, customerId, deploymentId }: Found) {
  return { targetType: "connection", targetId: id, targetName: name, customerId, deploymentId };
}
