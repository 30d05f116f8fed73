import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archiveCustomer, changeCustomer, createCustomer, restoreCustomer } from "#lib/customers/commands.ts";
import { getCustomer, listCustomerChoices, listCustomers } from "#lib/customers/queries.ts";
import { CreateCustomerInput, CUSTOMER_LIST, type CustomerListQuery } from "#lib/customers/schema.ts";
import { createDeployment } from "#lib/deployments/commands.ts";
import { CreateDeploymentInput } from "#lib/deployments/schema.ts";
import { closeDatabase, inScope } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const owner = anActor();
const facts = (name: string) =>
  CreateCustomerInput.parse({ name, contactEmail: "IT@Bank.example", notes: "" });
const everything = parseListQuery({}, CUSTOMER_LIST) as CustomerListQuery;
const eventsOf = (customerId: string) =>
  inScope(owner, (tx) =>
    tx.auditEvent.findMany({ where: { customerId }, orderBy: [{ occurredAt: "asc" }, { id: "asc" }] }),
  );

beforeAll(async () => {
  await testDatabase();
});
afterAll(closeDatabase);

describe("creating a customer", () => {
  test("writes the customer and its event together", async () => {
    const { customerId } = await createCustomer(owner, facts("Hafenbank AG"));
    expect(await getCustomer(owner, customerId)).toMatchObject({
      name: "Hafenbank AG",
      contactEmail: "it@bank.example",
    });
    const [event] = await eventsOf(customerId);
    expect(event).toMatchObject({ action: "customer.create", targetName: "Hafenbank AG", actorId: owner.id });
  });

  test("refuses a name that differs only in spelling, and leaves no event", async () => {
    await createCustomer(owner, facts("Élan Clinic"));
    const before = await inScope(owner, (tx) => tx.auditEvent.count());
    await expect(createCustomer(owner, facts("ELAN   clinic"))).rejects.toMatchObject({
      kind: "conflict",
      fields: { name: "There is a customer named Élan Clinic already." },
    });
    expect(await inScope(owner, (tx) => tx.auditEvent.count())).toBe(before);
  });

  test("made twice at the same moment, is made once", async () => {
    const both = await Promise.allSettled([
      createCustomer(owner, facts("Twin Lines")),
      createCustomer(owner, facts("Twin lines")),
    ]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(both.find((one) => one.status === "rejected")).toMatchObject({ reason: { kind: "conflict" } });
  });

  test.each(["operator", "support", "customer_admin", "auditor"] as const)("is not for %s", async (role) => {
    expect(() => createCustomer(anActor(role), facts("Nobody's"))).toThrow(
      expect.objectContaining({ kind: "forbidden" }),
    );
  });

  test("is refused to an admin who sees named customers only: the new one would be out of sight", async () => {
    const { customerId } = await createCustomer(owner, facts("Only One"));
    expect(() => createCustomer(anActor("admin", [customerId]), facts("Second"))).toThrow(
      /named customers only/,
    );
  });
});

describe("changing a customer", () => {
  test("keeps what it was and what it became", async () => {
    const { customerId } = await createCustomer(owner, facts("Old Name"));
    await changeCustomer(owner, { customerId, name: "New Name", contactEmail: null, notes: "Mondays only." });
    expect(await getCustomer(owner, customerId)).toMatchObject({
      name: "New Name",
      contactEmail: null,
      notes: "Mondays only.",
    });
    const events = await eventsOf(customerId);
    expect(events.at(-1)).toMatchObject({
      action: "customer.change",
      before: { name: "Old Name", contactEmail: "it@bank.example", notes: "" },
      after: { name: "New Name", contactEmail: null, notes: "Mondays only." },
    });
  });

  test("another customer's actor finds, changes and archives nothing", async () => {
    const { customerId } = await createCustomer(owner, facts("Walled"));
    const { customerId: own } = await createCustomer(owner, facts("Neighbour"));
    const neighbour = anActor("admin", [own]);
    const missing = { kind: "not_found" };
    await expect(getCustomer(neighbour, customerId)).rejects.toMatchObject(missing);
    const change = { customerId, name: "Taken over", contactEmail: null, notes: "" };
    await expect(changeCustomer(neighbour, change)).rejects.toMatchObject(missing);
    await expect(archiveCustomer(neighbour, { customerId })).rejects.toMatchObject(missing);
    await expect(restoreCustomer(neighbour, { customerId })).rejects.toMatchObject(missing);
    expect((await listCustomers(neighbour, everything)).rows.map((row) => row.id)).toEqual([own]);
    expect(await listCustomerChoices(neighbour)).toEqual([{ id: own, name: "Neighbour" }]);
    expect(await getCustomer(owner, customerId)).toMatchObject({ name: "Walled", archivedAt: null });
  });

  test("does not say whose name is taken to an actor who may not see that customer", async () => {
    await createCustomer(owner, facts("Secret Agency"));
    const { customerId } = await createCustomer(owner, facts("Plain Office"));
    const change = { customerId, name: "Secret agency", contactEmail: null, notes: "" };
    await expect(changeCustomer(anActor("admin", [customerId]), change)).rejects.toMatchObject({
      fields: { name: "This name is taken." },
    });
  });
});

describe("archiving a customer", () => {
  test("waits until its deployments are archived", async () => {
    const { customerId } = await createCustomer(owner, facts("Busy Port"));
    await createDeployment(
      owner,
      CreateDeploymentInput.parse({ customerId, name: "Gate", mode: "restricted" }),
    );
    await expect(archiveCustomer(owner, { customerId })).rejects.toThrow("Archive its deployment first");
  });

  test("takes it out of the list, refuses changes, and can be undone", async () => {
    const { customerId } = await createCustomer(owner, facts("Closed Shop"));
    await archiveCustomer(owner, { customerId });
    const listed = async (state: string[]) =>
      (
        await listCustomers(owner, {
          ...everything,
          search: "Closed Shop",
          filters: { ...everything.filters, state },
        })
      ).total;
    expect([await listed([]), await listed(["archived"])]).toEqual([0, 1]);
    const change = { customerId, name: "Open Shop", contactEmail: null, notes: "" };
    await expect(changeCustomer(owner, change)).rejects.toMatchObject({ kind: "conflict" });
    await expect(archiveCustomer(owner, { customerId })).rejects.toMatchObject({ kind: "conflict" });
    await restoreCustomer(owner, { customerId });
    expect(await listed([])).toBe(1);
    const actions = (await eventsOf(customerId)).map((event) => event.action);
    expect(actions).toEqual(["customer.create", "customer.archive", "customer.restore"]);
  });
});
