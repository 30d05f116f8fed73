import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope } from "#lib/platform/db.ts";
import { outcomeOf } from "./outcome.ts";
import { type AuditEntry, recordAudit } from "./record.ts";
import type { Outcome } from "./schema.ts";

/**
 * Asks another program to do something. That it was asked for is on record before, so that nothing is done without a record,
 * whatever dies meanwhile; that it was done, that it was refused, or that no answer came, is on record after (docs/decisions/0026).
 */
export async function askFor<Done>(
  actor: Actor,
  asked: AuditEntry,
  work: () => Promise<Done>,
): Promise<Done> {
  const write = (came: { outcome: Outcome; because?: string }) =>
    inScope(actor, (tx) => recordAudit(tx, actor, { ...asked, detail: { ...asked.detail, ...came } }));
  await write({ outcome: "asked" });
  try {
    const done = await work();
    await write({ outcome: "done" });
    return done;
  } catch (error) {
    await write(outcomeOf(error));
    throw error;
  }
}
