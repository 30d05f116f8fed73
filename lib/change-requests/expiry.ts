import "server-only";
import { systemActor } from "#lib/access/actor.ts";
import { asSystem } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { DAY_MS, systemClock } from "#lib/shared/clock.ts";
import { moveRequest } from "./step.ts";

const BATCH = 200;
/** How long a proposal may wait before somebody is reminded of it, and again. */
const REMINDER_MS = 2 * DAY_MS;

/**
 * Withdraws what was not applied in its time, and reminds of what waits for an approval. Each once, however many
 * workers run. Returns how many of each.
 */
export async function watchRequests(now = systemClock()): Promise<{ expired: number; reminded: number }> {
  const expired = await moveDue(
    Prisma.sql`state IN ('proposed', 'approved') AND expires_at <= ${now}`,
    "change_request.expire",
    { state: "withdrawn", decidedAt: now, endReason: "It was not applied in its time." },
  );
  const before = new Date(now.getTime() - REMINDER_MS);
  const reminded = await moveDue(
    Prisma.sql`state = 'proposed' AND greatest(proposed_at, reminded_at) <= ${before}`,
    "change_request.remind",
    { remindedAt: now },
  );
  return { expired, reminded };
}

async function moveDue(
  due: Prisma.Sql,
  action: "change_request.expire" | "change_request.remind",
  data: Prisma.ChangeRequestUncheckedUpdateInput & { state?: "withdrawn" },
): Promise<number> {
  let written = 0;
  for (;;) {
    const count = await asSystem("requests of every customer wait", async (tx) => {
      const rows = await tx.$queryRaw<{ id: string }[]>(Prisma.sql`
        SELECT id FROM console.change_requests WHERE ${due} ORDER BY id LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`);
      const requests = await tx.changeRequest.findMany({ where: { id: { in: rows.map(({ id }) => id) } } });
      for (const request of requests) await moveRequest({ tx, request }, systemActor("worker"), action, data);
      return requests.length;
    });
    written += count;
    if (count < BATCH) return written;
  }
}
