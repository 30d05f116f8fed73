import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { whyNot } from "#lib/drivers/abilities.ts";
import type { SignInTrace } from "#lib/drivers/port.ts";
import type { Revision } from "#lib/drivers/revision-port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope } from "#lib/platform/db.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";

export type Revisions =
  | { state: "answered"; revisions: Revision[]; tests: SignInTrace[] }
  | { state: "silent"; reason: string }
  | { state: "untold"; reason: string };

/** What the settings of a connection were, are and are to be, and the tests whose answers can be replayed. */
export async function readRevisions(actor: Actor, connectionId: string): Promise<Revisions> {
  actor.must("connection.read");
  const found = await inScope(actor, (tx) =>
    tx.connection.findFirst({
      where: { id: connectionId, ...visibleTo(actor) },
      select: { environmentId: true, environment: { select: { driver: true } } },
    }),
  );
  if (!found) throw declined("not_found", "no_such_connection");
  const obstacle = whyNot(found.environment.driver, "revise_connections");
  if (obstacle) return { state: "untold", reason: obstacle };
  try {
    const { connections } = await driverOf(found.environmentId);
    if (!connections) return { state: "untold", reason: "" };
    const [revisions, tests] = await Promise.all([
      connections.revisions.list(connectionId),
      connections.revisions.listTests(connectionId),
    ]);
    return { state: "answered", revisions, tests };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { state: "silent", reason: error.message };
  }
}
