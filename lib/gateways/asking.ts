import "server-only";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { fingerprint } from "#lib/platform/seal.ts";
import { SECOND_MS } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { configurationOf, type Wanted } from "./configuration.ts";
import type { FoundGateway } from "./require.ts";

/** What a gateway shows to be let in, and where it is seen to be. */
export interface Caller {
  token: string | null;
  ip: string | null;
}

export interface Told extends Wanted {
  /** Which database this console reads crossings from: a gateway with the same need not send its own. */
  storeId: string;
}

/** That it asked is noted at most this often: each asks every few seconds. */
const NOTED_EVERY_MS = 30 * SECOND_MS;

/** What the gateway that holds this token is to work by. @throws AppError `unauthenticated` for any other. */
export function askConfiguration(caller: Caller, now: Date): Promise<Told> {
  return asSystem("a gateway has no session: its token is what lets it in", async (tx) => {
    const gateway = await requireCaller(tx, caller, now);
    await tx.gateway.updateMany({
      where: {
        id: gateway.id,
        OR: [{ lastAskedAt: null }, { lastAskedAt: { lt: new Date(now.getTime() - NOTED_EVERY_MS) } }],
      },
      data: { lastAskedAt: now, lastAskedFrom: caller.ip },
    });
    return { ...(await configurationOf(tx, gateway.id, now)), storeId: await storeId(tx) };
  });
}

/** Lets a caller in before anything of what it sends is read. @throws AppError as `requireCaller` does. */
export function admit(caller: Caller, now: Date): Promise<void> {
  return asSystem("a gateway has no session: its token is what lets it in", async (tx) => {
    await requireCaller(tx, caller, now);
  });
}

/**
 * The gateway that holds this token, the one before included while it counts. Guessing is hopeless, so that attempts are not counted:
 * a token is 256 random bits.
 */
export async function requireCaller(tx: Tx, { token }: Caller, now: Date): Promise<FoundGateway> {
  const hash = token === null ? "" : fingerprint(token);
  const found = await tx.gateway.findFirst({
    where: {
      OR: [{ tokenHash: hash }, { previousTokenHash: hash, previousTokenEndsAt: { gt: now } }],
    },
    select: {
      ...{ id: true, customerId: true, deploymentId: true },
      deployment: { select: { name: true, archivedAt: true } },
    },
  });
  if (!found) throw new AppError("unauthenticated", "This is not the token of a gateway.");
  if (found.deployment.archivedAt) throw new AppError("forbidden", "This gateway's deployment is archived.");
  return found;
}

export async function storeId(tx: Tx): Promise<string> {
  const [store] = await tx.$queryRaw<{ id: string }[]>`SELECT id::text FROM boundary.store`;
  return store?.id ?? "";
}
