import "server-only";
import { Prisma } from "#lib/platform/prisma/client.ts";
import type { Tx } from "./db.ts";

/** What the worker listens to. The payload is the name of a job. */
export const WAKE_CHANNEL = "sallyport_worker";

/** Has the worker run a job as soon as this transaction is done, instead of at the next minute. Where none listens, that it is. */
export async function wakeWorker(tx: Tx, job: string): Promise<void> {
  await tx.$executeRaw(Prisma.sql`SELECT pg_notify(${WAKE_CHANNEL}, ${job})`);
}
