import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { asSystem, closeDatabase, inScope } from "#lib/platform/db.ts";
import {
  carryOut,
  carryOutDue,
  carryOutOrTakeBack,
  type OperationKinds,
  operationKind,
  pauseMs,
  takeReveal,
  writeOperation,
} from "#lib/platform/outbox.ts";
import { AppError, type ErrorKind } from "#lib/shared/errors.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const owner = anActor();
const customerId = newId("cus");

beforeAll(async () => {
  await testDatabase();
  await asSystem("a test prepares its customer", (tx) =>
    tx.customer.create({ data: { id: customerId, name: "Contoso", slug: "contoso" } }),
  );
});
afterAll(closeDatabase);

const write = (input: { fail?: ErrorKind } = {}, secret?: string) =>
  inScope(owner, (tx) =>
    writeOperation(tx, owner, {
      ...{ kind: "a.thing", customerId, targetId: newId("thing"), input },
      ...(secret === undefined ? {} : { secret }),
    }),
  );
const read = (id: string) =>
  asSystem("a test reads an operation", (tx) => tx.operation.findUniqueOrThrow({ where: { id } }));

function kinds(work: () => void | Promise<void> = () => undefined): Kinds {
  const takenBack: string[] = [];
  const thing = operationKind(
    z.object({ fail: z.custom<ErrorKind>().optional() }),
    async (_operation, { fail }, secret) => {
      await work();
      if (fail) throw new AppError(fail, "The site said no.");
      return { reveal: `made of ${secret}`, settle: async () => undefined };
    },
    async (_tx, { id }) => void takenBack.push(id),
  );
  return { kinds: { "a.thing": thing }, takenBack };
}

interface Kinds {
  kinds: OperationKinds;
  takenBack: string[];
}

test("an operation whose command is rolled back was never written", async () => {
  let id = "";
  const command = inScope(owner, async (tx) => {
    id = await writeOperation(tx, owner, { kind: "a.thing", customerId, targetId: "thing_1", input: {} });
    throw new Error("The command fails after it.");
  });
  await expect(command).rejects.toThrow("fails after it");
  await expect(read(id)).rejects.toThrow();
});

test("carried out twice at once, it is done once", async () => {
  let done = 0;
  const { kinds: counting } = kinds(() => {
    done += 1;
  });
  const id = await write();
  const outcomes = await Promise.all([carryOut(counting, id), carryOut(counting, id), carryOutDue(counting)]);
  expect(done).toBe(1);
  expect(outcomes.slice(0, 2).map((outcome) => "state" in outcome && outcome.state)).toContain("done");
  expect((await read(id)).state).toBe("done");
});

test("its secrets are sealed at rest; the input's is forgotten when done, the result's when shown", async () => {
  const id = await write({}, "a client secret");
  expect(JSON.stringify(await read(id))).not.toContain("client secret");
  await carryOut(kinds().kinds, id);
  const done = await read(id);
  expect(done.inputSealed).toBeNull();
  expect(JSON.stringify(done)).not.toContain("made of");
  const shown = await Promise.all([1, 2].map(() => inScope(owner, (tx) => takeReveal(tx, id))));
  expect(shown.filter(Boolean)).toEqual(["made of a client secret"]);
  expect(await inScope(owner, (tx) => takeReveal(tx, id))).toBeNull();
});

test.each(["unavailable", "rate_limited", "upstream"] as const)(
  "what is %s waits for the worker",
  async (fail) => {
    const id = await write({ fail });
    expect(await carryOutOrTakeBack(kinds().kinds, id)).toEqual({
      state: "waits",
      reason: "The site said no.",
      said: null,
    });
    const waiting = await read(id);
    expect(waiting).toMatchObject({
      state: "pending",
      attempts: 1,
      leasedUntil: null,
      error: "The site said no.",
    });
    expect(waiting.nextAttemptAt.getTime()).toBeGreaterThan(Date.now());
  },
);

test.each(["invalid", "forbidden", "conflict", "unauthenticated"] as const)(
  "what is %s is taken back while its author looks on",
  async (fail) => {
    const { kinds: refusing, takenBack } = kinds();
    const id = await write({ fail });
    await expect(carryOutOrTakeBack(refusing, id)).rejects.toMatchObject({ kind: fail });
    expect(takenBack).toEqual([id]);
    expect(await read(id)).toMatchObject({ state: "failed", finishedAt: expect.any(Date) });
  },
);

test("what is refused while nobody looks on stays, for somebody to see", async () => {
  const { kinds: refusing, takenBack } = kinds();
  const id = await write({ fail: "forbidden" });
  await carryOutDue(refusing, 1_000);
  expect(takenBack).toEqual([]);
  expect(await read(id)).toMatchObject({ state: "failed", finishedAt: null, error: "The site said no." });
});

test("a program that died with it in hand loses it when the lease ends", async () => {
  const id = await write();
  const died = { leasedUntil: new Date(Date.now() - 1), attempts: 1 };
  await asSystem("a test ends a lease", (tx) => tx.operation.update({ where: { id }, data: died }));
  await carryOutDue(kinds().kinds, 1_000);
  expect(await read(id)).toMatchObject({ state: "done", attempts: 2 });
});

test("a fault of our own is no sentence of the program's, and gives up in the end", async () => {
  const { kinds: faulty } = kinds(() => {
    throw new TypeError("x is not a function");
  });
  const id = await write();
  const carried = await carryOut(faulty, id);
  expect(carried).toMatchObject({ state: "waits", reason: expect.stringMatching(/Quote err_/) });
  const late = { attempts: 11, nextAttemptAt: new Date(0) };
  await asSystem("a test lets time pass", (tx) => tx.operation.update({ where: { id }, data: late }));
  await carryOutDue(faulty, 1_000);
  expect((await read(id)).state).toBe("failed");
});

test("the pauses grow to an hour, spread by a fifth", () => {
  const middle = () => 0.5;
  expect([1, 2, 3, 20].map((attempts) => pauseMs(attempts, middle))).toEqual([
    15_000, 30_000, 60_000, 3_600_000,
  ]);
  expect(pauseMs(1, () => 0)).toBe(12_000);
  expect(pauseMs(1, () => 1)).toBe(18_000);
});
