import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { mayRetry } from "./policy.ts";
import { OPERATION_NAMES } from "./schema.ts";

export interface OperationRow {
  id: string;
  name: string;
  state: "pending" | "failed";
  attempts: number;
  reason: string;
  nextAttemptAt: Date;
  createdAt: Date;
  /** Whether the actor may have it tried again or give it up: whoever may start such a thing may. */
  canRetry: boolean;
}

/** What is not done yet at a deployment, and what failed and nobody has dealt with. */
export async function listOpenOperations(actor: Actor, deploymentId: string): Promise<OperationRow[]> {
  actor.must("operation.read");
  const rows = await inScope(actor, (tx) =>
    tx.operation.findMany({
      where: { deploymentId, state: { in: ["pending", "failed"] }, finishedAt: null, ...visibleTo(actor) },
      select: {
        id: true,
        kind: true,
        state: true,
        attempts: true,
        error: true,
        nextAttemptAt: true,
        createdAt: true,
      },
      orderBy: { createdAt: "desc" },
      take: 100,
    }),
  );
  return rows.map(({ kind, error, state, ...row }) => ({
    ...row,
    name: OPERATION_NAMES[kind] ?? kind,
    canRetry: mayRetry(actor, kind),
    state: state === "failed" ? "failed" : "pending",
    reason: error,
  }));
}
