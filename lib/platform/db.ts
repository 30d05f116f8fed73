import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import type { Actor } from "#lib/access/actor.ts";
import { env } from "./env.ts";
import { Prisma, PrismaClient } from "./prisma/client.ts";

/** A transaction. The bare client does not fit this type, so what takes a `Tx` cannot run outside one. */
export type Tx = Prisma.TransactionClient & { $connect?: never };

// One client a process; kept on globalThis so that hot reload does not open a new pool at every change.
const kept = globalThis as { sallyportClient?: PrismaClient };

function client(): PrismaClient {
  kept.sallyportClient ??= new PrismaClient({
    adapter: new PrismaPg({ connectionString: env().databaseUrl, max: 10 }),
    transactionOptions: { maxWait: 5_000, timeout: 15_000 },
  });
  return kept.sallyportClient;
}

/**
 * Runs `work` in a transaction in which PostgreSQL's row-level security shows only the actor's customers. The `where`
 * of a query narrows too: this is the second wall, for the day the first has a hole.
 */
export function inScope<T>(actor: Pick<Actor, "customers">, work: (tx: Tx) => Promise<T>): Promise<T> {
  return scoped(actor.customers === "all" ? "*" : actor.customers.join(","), work);
}

/**
 * The same with every customer in sight, for what no person asks: sign-in itself, the worker's jobs, set-up.
 * `reason` is not used by the program; it makes each caller say why it may.
 */
export function asSystem<T>(_reason: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return scoped("*", work);
}

function scoped<T>(customers: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return client().$transaction(async (tx) => {
    await tx.$queryRaw(Prisma.sql`SELECT set_config('sallyport.customers', ${customers}, true)`);
    return work(tx);
  });
}

/** Closes the pool, so that a program can end. */
export async function closeDatabase(): Promise<void> {
  await kept.sallyportClient?.$disconnect();
  kept.sallyportClient = undefined;
}
