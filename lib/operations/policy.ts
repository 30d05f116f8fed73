import type { Actor } from "#lib/access/actor.ts";
import { OPERATION_ACTIONS } from "./schema.ts";

/** Trying again is doing: a role needs the right to both. */
export function mayRetry(actor: Actor, kind: string): boolean {
  const action = OPERATION_ACTIONS[kind];
  return actor.can("operation.retry") && action !== undefined && actor.can(action);
}
