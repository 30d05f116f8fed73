import "server-only";
import type { Outcome } from "#lib/audit/schema.ts";
import type { Tx } from "#lib/platform/db.ts";

export interface Maker {
  by: string;
  at: Date;
}

interface Makers {
  of(id: string): { made: Maker | null; changed: Maker | null };
}

/** What of the record tells of setting a thing up: the first says who made it, the others who changed it. */
const ACTIONS = {
  connection: ["connection.create", "connection.change", "connection.activate", "connection.return"],
  directory: ["directory.create", "directory.change", "directory.rotate_token"],
  domain: ["domain.add", "domain.verify_by_hand"],
  redirect_uri: ["redirect_uri.change"],
} as const;

const MADE_BY: Record<keyof typeof ACTIONS, string> = {
  connection: "connection.create",
  directory: "directory.create",
  domain: "domain.add",
  redirect_uri: "redirect_uri.change",
};

/**
 * Who set each of these up, as the audit log has it. What is made at a site has no id before it is made, so its first
 * event stands under the operation that made it.
 */
export async function readMakers(
  tx: Tx,
  kind: keyof typeof ACTIONS,
  rows: readonly { id: string }[],
): Promise<Makers> {
  const ids = rows.map(({ id }) => id);
  const operations = await tx.operation.findMany({
    where: { targetId: { in: ids }, kind: MADE_BY[kind] },
    select: { id: true, targetId: true },
  });
  const madeThrough = new Map(operations.map(({ id, targetId }) => [id, targetId]));
  const events = await tx.auditEvent.findMany({
    where: { targetId: { in: [...ids, ...madeThrough.keys()] }, action: { in: [...ACTIONS[kind]] } },
    select: { action: true, actorName: true, occurredAt: true, targetId: true, detail: true },
    orderBy: [{ occurredAt: "asc" }, { id: "asc" }],
    take: 2_000,
  });
  const byThing = Map.groupBy(events.filter(isSo), ({ targetId }) => madeThrough.get(targetId) ?? targetId);
  return {
    of(id) {
      const [first, ...rest] = byThing.get(id) ?? [];
      const made = first?.action === MADE_BY[kind] ? first : null;
      const changed = (made ? rest : (byThing.get(id) ?? [])).at(-1) ?? null;
      return { made: maker(made), changed: maker(changed) };
    },
  };
}

/** What was only asked for, or refused, changed nothing. */
function isSo({ detail }: { detail: unknown }): boolean {
  const { outcome = "done" } = (detail ?? {}) as { outcome?: Outcome };
  return outcome === "done";
}

/** A domain may also have come with the connection that its organization was made with. */
export async function readDomainMakers(
  tx: Tx,
  { deploymentId }: { deploymentId: string },
  rows: readonly { id: string; name: string }[],
): Promise<Makers> {
  const makers = await readMakers(tx, "domain", rows);
  const unknown = rows.filter(({ id }) => makers.of(id).made === null);
  if (unknown.length === 0) return makers;
  const events = await tx.auditEvent.findMany({
    where: {
      ...{ action: "connection.create", deploymentId },
      OR: unknown.map(({ name }) => ({ after: { path: ["domains"], array_contains: [name] } })),
    },
    select: { actorName: true, occurredAt: true, after: true, detail: true },
    orderBy: [{ occurredAt: "asc" }, { id: "asc" }],
    take: 2_000,
  });
  const came = new Map<string, Maker>();
  for (const event of events.filter(isSo))
    for (const name of (event.after as { domains: string[] }).domains)
      if (!came.has(name)) came.set(name, { by: event.actorName, at: event.occurredAt });
  const nameOf = new Map(unknown.map(({ id, name }) => [id, name]));
  return {
    of(id) {
      const { made, changed } = makers.of(id);
      return { made: made ?? came.get(nameOf.get(id) ?? "") ?? null, changed };
    },
  };
}

function maker(event: { actorName: string; occurredAt: Date } | null): Maker | null {
  return event && { by: event.actorName, at: event.occurredAt };
}
