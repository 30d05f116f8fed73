import "server-only";
import type { z } from "zod";
import type { Actor } from "#lib/access/actor.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import { AppError, type ErrorKind, type Said } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined } from "#lib/shared/refusals.ts";
import { asSystem, type Tx } from "./db.ts";
import { log } from "./log.ts";
import type { Operation, Prisma } from "./prisma/client.ts";
import { open, seal } from "./seal.ts";

/** What a command wants done outside; it holds no secret, `secret` does. */
export interface Errand {
  kind: string;
  customerId: string;
  deploymentId?: string | null;
  environmentId?: string | null;
  targetId: string;
  input: Prisma.InputJsonObject;
  secret?: string;
  /** Nobody carries it out once its author has turned away: see `attended.ts`. */
  attended?: boolean;
}

/** How one kind of operation is carried out. */
export interface OperationKind {
  /**
   * Does the work outside, and returns how to write down that it is done. It may be called again after any failure,
   * and then must not do the work twice: the operation's id is the Idempotency-Key, `attempts` says whether an earlier
   * try may have taken effect.
   */
  perform(operation: Task, input: unknown, secret: string): Promise<Outcome>;
  /** Takes back what the command had prepared, when the work was refused for good. */
  giveUp?(tx: Tx, operation: Task): Promise<void>;
}

export type Task = Pick<
  Operation,
  "id" | "kind" | "customerId" | "deploymentId" | "environmentId" | "targetId" | "attempts" | "actorId"
>;

export interface Outcome {
  settle(tx: Tx): Promise<void>;
  /** The id of what was made, where only the other side could give it one. */
  targetId?: string;
  /** A secret to show once; it is kept sealed until then. */
  reveal?: string;
}

export type OperationKinds = Record<string, OperationKind>;

/** A kind whose stored input is parsed before `perform` sees it. */
export function operationKind<Input>(
  schema: z.ZodType<Input>,
  perform: (operation: Task, input: Input, secret: string) => Promise<Outcome>,
  giveUp?: OperationKind["giveUp"],
): OperationKind {
  return {
    perform: (operation, input, secret) => perform(operation, schema.parse(input), secret),
    ...(giveUp ? { giveUp } : {}),
  };
}

/** `waits` carries the sentence that says why it could not be done yet; it will be tried again. */
export type Carried =
  | { state: "done"; targetId: string }
  | { state: "waits"; reason: string; said: Said | null };

const LEASE_MS = 90 * SECOND_MS; // longer than the most patient call of a driver, several times over
const ATTEMPTS_MAX = 12;
// Failures that pass by themselves. Everything else is for a person to look at.
const PASSING: readonly ErrorKind[] = ["unavailable", "rate_limited", "upstream"];

/**
 * Writes an operation down, in the transaction of the command that wants it. Nothing is sent yet. Where its author had wanted
 * the very same thing made and that was withdrawn, it is that one again: should it have arrived all the same, nothing is made twice.
 */
export async function writeOperation(tx: Tx, actor: Pick<Actor, "id">, errand: Errand): Promise<string> {
  const { secret, targetId, ...facts } = errand;
  const withdrawn = errand.attended ? await findWithdrawn(tx, actor, errand) : null;
  const id = withdrawn ?? newId("op");
  const inputSealed = secret === undefined ? null : seal(secret, inputContext(id));
  const wanted = {
    ...{ state: "pending" as const, inputSealed, nextAttemptAt: new Date() },
    ...{ withdrawnAt: null, finishedAt: null, error: "" },
  };
  if (withdrawn) await tx.operation.update({ where: { id }, data: wanted, select: { id: true } });
  else
    await tx.operation.create({
      data: { ...wanted, id, targetId, ...facts, actorId: actor.id },
      select: { id: true },
    });
  return id;
}

// For less long than a site remembers under which key it made what.
const WANTED_AGAIN_MS = HOUR_MS;

async function findWithdrawn(tx: Tx, { id: actorId }: Pick<Actor, "id">, errand: Errand) {
  const { kind, environmentId = null, input } = errand;
  const found = await tx.operation.findFirst({
    where: {
      ...{ actorId, kind, environmentId, input: { equals: input } },
      // What is not made yet. What is there may be changed to and fro: that is wanted anew each time.
      targetId: { startsWith: "draft_" },
      withdrawnAt: { gt: new Date(Date.now() - WANTED_AGAIN_MS) },
    },
    select: { id: true },
    orderBy: { createdAt: "desc" },
  });
  return found?.id ?? null;
}

/**
 * Carries an operation out now, because somebody waits for it. A failure that passes leaves it to the worker.
 * @throws AppError when it was refused; it then stays on record as failed.
 */
export async function carryOut(kinds: OperationKinds, operationId: string): Promise<Carried> {
  const operation = await lease(operationId);
  if (!operation) return waits(declined("conflict", "busy"));
  const tried = await tryNow(kinds, operation);
  if (typeof tried === "string") return { state: "done", targetId: tried };
  if (PASSING.includes(tried.kind)) return waits(tried);
  throw tried;
}

const waits = ({ message, said }: AppError): Carried => ({ state: "waits", reason: message, said });

/**
 * The same for the command that wrote it: its author is looking at the form and can correct it, so a refusal also
 * takes back what was prepared, and nothing is left to clean up.
 */
export async function carryOutOrTakeBack(kinds: OperationKinds, operationId: string): Promise<Carried> {
  try {
    return await carryOut(kinds, operationId);
  } catch (error) {
    await asSystem("a refused operation is taken back while its author looks on", async (tx) => {
      const operation = await tx.operation.findUniqueOrThrow({ where: { id: operationId } });
      await kinds[operation.kind]?.giveUp?.(tx, operation);
      const data = { finishedAt: new Date(), inputSealed: null };
      await tx.operation.update({ where: { id: operationId }, data, select: { id: true } });
    });
    throw error;
  }
}

/** Carries out what is due and nobody waits for. Run by the worker; any number of workers may run it. */
export async function carryOutDue(
  kinds: OperationKinds,
  limit = 20,
): Promise<{ done: number; failed: number }> {
  const now = new Date();
  const due = await asSystem("the worker looks for operations that are due", (tx) =>
    tx.operation.findMany({
      where: {
        state: "pending",
        attended: false,
        nextAttemptAt: { lte: now },
        OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }],
      },
      select: { id: true },
      orderBy: { nextAttemptAt: "asc" },
      take: limit,
    }),
  );
  const count = { done: 0, failed: 0 };
  for (const { id } of due) {
    const operation = await lease(id);
    if (operation) count[typeof (await tryNow(kinds, operation)) === "string" ? "done" : "failed"]++;
  }
  return count;
}

/** Takes the sealed result of an operation out, so that it is shown this once and never again. */
export async function takeReveal(tx: Tx, operationId: string): Promise<string | null> {
  const found = await tx.operation.findUnique({ where: { id: operationId }, select: { resultSealed: true } });
  if (!found?.resultSealed) return null;
  const where = { id: operationId, resultSealed: found.resultSealed };
  const { count } = await tx.operation.updateMany({ where, data: { resultSealed: null } });
  return count === 1 ? open(found.resultSealed, resultContext(operationId)) : null;
}

/** Only one program at a time holds an operation; a program that died loses its hold when the lease ends. */
async function lease(id: string): Promise<Operation | null> {
  const now = new Date();
  return await asSystem("an operation is leased", async (tx) => {
    const free = { id, state: "pending" as const, OR: [{ leasedUntil: null }, { leasedUntil: { lt: now } }] };
    const data = { leasedUntil: new Date(now.getTime() + LEASE_MS), attempts: { increment: 1 } };
    const { count } = await tx.operation.updateMany({ where: free, data });
    return count === 1 ? await tx.operation.findUnique({ where: { id } }) : null;
  });
}

/** One try. Returns the id of what it was about when the work is done, or the failure, on record by then. */
async function tryNow(kinds: OperationKinds, operation: Operation): Promise<string | AppError> {
  try {
    const kind = kinds[operation.kind];
    if (!kind) throw new Error(`No program here knows how to carry out ${operation.kind}.`);
    const secret = operation.inputSealed ? open(operation.inputSealed, inputContext(operation.id)) : "";
    const outcome = await kind.perform(operation, operation.input, secret);
    const { targetId = operation.targetId } = outcome;
    await asSystem("an operation is settled", (tx) => settle(tx, operation.id, targetId, outcome));
    return targetId;
  } catch (error) {
    const failure = error instanceof AppError ? error : unforeseen(operation, error);
    await asSystem("a failed try is written down", (tx) => writeFailure(tx, operation, failure));
    return failure;
  }
}

async function settle(tx: Tx, id: string, targetId: string, outcome: Outcome): Promise<void> {
  await outcome.settle(tx);
  const resultSealed = outcome.reveal === undefined ? null : seal(outcome.reveal, resultContext(id));
  await tx.operation.update({
    where: { id },
    // The secret part of the input has served: it is not kept.
    data: {
      state: "done",
      targetId,
      finishedAt: new Date(),
      leasedUntil: null,
      error: "",
      inputSealed: null,
      resultSealed,
    },
    select: { id: true },
  });
}

async function writeFailure(tx: Tx, { id, attempts }: Operation, failure: AppError): Promise<void> {
  const again = PASSING.includes(failure.kind) && attempts < ATTEMPTS_MAX;
  await tx.operation.update({
    where: { id },
    data: {
      state: again ? "pending" : "failed",
      error: failure.message,
      leasedUntil: null,
      nextAttemptAt: new Date(Date.now() + pauseMs(attempts)),
    },
    select: { id: true },
  });
}

/** 15 s, 30 s, a minute … at most an hour, each spread so that a site that comes back is not stormed. */
export function pauseMs(attempts: number, random: () => number = Math.random): number {
  const pause = Math.min(15 * SECOND_MS * 2 ** (attempts - 1), 60 * MINUTE_MS);
  return Math.round(pause * (0.8 + 0.4 * random()));
}

function unforeseen(operation: Operation, error: unknown): AppError {
  const reference = newId("err");
  log().error(
    { err: error, reference, operationId: operation.id, kind: operation.kind },
    "an operation failed",
  );
  return declined("upstream", "unforeseen", { reference }, { cause: error });
}

const inputContext = (id: string) => `operation:${id}:input`;
const resultContext = (id: string) => `operation:${id}:result`;
