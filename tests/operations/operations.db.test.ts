import { afterAll, beforeAll, expect, test } from "vitest";
import { operationKinds } from "#lib/operations/kinds.ts";
import { mayRetry } from "#lib/operations/policy.ts";
import { pruneOperations } from "#lib/operations/prune.ts";
import { OPERATION_ACTIONS, OPERATION_NAMES } from "#lib/operations/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const NOW = new Date();
let customerId = "";

beforeAll(async () => {
  await testDatabase();
  customerId = newId("cus");
  const data = { id: customerId, name: "Northwind", slug: "northwind" };
  await asSystem("a test prepares", (tx) => tx.customer.create({ data, select: { id: true } }));
});
afterAll(closeDatabase);

test("every kind of operation has a name, and the right that somebody needs to have it tried again", () => {
  const kinds = Object.keys(operationKinds).sort();
  expect(Object.keys(OPERATION_NAMES).sort()).toEqual(kinds);
  expect(Object.keys(OPERATION_ACTIONS).sort()).toEqual(kinds);
});

test("a customer's own admin tries again what they may do, and not the removal of an environment", () => {
  const theirs = anActor("customer_admin");
  expect(mayRetry(theirs, "connection.create")).toBe(true);
  expect(mayRetry(theirs, "environment.remove")).toBe(false);
  expect(mayRetry(anActor(), "environment.remove")).toBe(true);
  expect(mayRetry(anActor(), "of.no.kind")).toBe(false);
});

test("what was settled long ago is cleared away; what is open or still holds a secret to show is kept", async () => {
  const old = new Date(NOW.getTime() - 91 * DAY_MS);
  const gone = await operation({ state: "done", finishedAt: old });
  const kept = [
    await operation({ state: "done", finishedAt: new Date(NOW.getTime() - 89 * DAY_MS) }),
    await operation({ state: "done", finishedAt: old, resultSealed: "v1.sealed" }),
    await operation({ state: "pending", finishedAt: null }),
  ];
  expect(await pruneOperations(NOW)).toEqual({ pruned: 1 });
  const left = await asSystem("a test looks", (tx) => tx.operation.findMany({ select: { id: true } }));
  expect(left.map(({ id }) => id).sort()).toEqual(kept.sort());
  expect(left).not.toContainEqual({ id: gone });
});

async function operation(facts: {
  state: "done" | "pending";
  finishedAt: Date | null;
  resultSealed?: string;
}) {
  const id = newId("op");
  const what = { kind: "api_key.create", customerId, targetId: "key_1", input: {}, actorId: "per_1" };
  await asSystem("a test prepares", (tx) =>
    tx.operation.create({ data: { id, ...what, ...facts }, select: { id: true } }),
  );
  return id;
}
