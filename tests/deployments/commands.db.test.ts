import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { archiveCustomer, createCustomer } from "#lib/customers/commands.ts";
import {
  archiveDeployment,
  changeDeployment,
  createDeployment,
  restoreDeployment,
} from "#lib/deployments/commands.ts";
import { getDeployment, listDeployments } from "#lib/deployments/queries.ts";
import {
  ChangeDeploymentInput,
  CreateDeploymentInput,
  DEPLOYMENT_LIST,
  type DeploymentListQuery,
} from "#lib/deployments/schema.ts";
import { closeDatabase, inScope } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const owner = anActor();
let customerId: string;
let foreignId: string;

beforeAll(async () => {
  await testDatabase();
  ({ customerId } = await createCustomer(owner, { name: "Corvane Lines", contactEmail: null, notes: "" }));
  ({ customerId: foreignId } = await createCustomer(owner, {
    name: "Dunmarsh Bank",
    contactEmail: null,
    notes: "",
  }));
});
afterAll(closeDatabase);

const make = async (name: string, over: object = {}) =>
  (
    await createDeployment(
      owner,
      CreateDeploymentInput.parse({ customerId, name, mode: "restricted", ...over }),
    )
  ).deploymentId;
const change = (deploymentId: string, over: object) =>
  ChangeDeploymentInput.parse({ deploymentId, name: "Changed", mode: "restricted", ...over });
const addEnvironment = (deploymentId: string, driver: "workos" | "offline") =>
  inScope(owner, (tx) =>
    tx.environment.create({
      data: {
        id: newId("env"),
        customerId,
        deploymentId,
        name: "Production",
        kind: "production",
        driver,
        state: "active",
      },
    }),
  );
const eventsOf = (deploymentId: string) =>
  inScope(owner, (tx) =>
    tx.auditEvent.findMany({ where: { deploymentId }, orderBy: [{ occurredAt: "asc" }, { id: "asc" }] }),
  );

describe("creating a deployment", () => {
  test("writes it with its event, tags tidied and regimes in order", async () => {
    const id = await make("MV Dawn", {
      tags: "EU, satellite link, eu",
      regimes: ["other", "itar"],
      regimeOther: "IACS UR E26",
    });
    expect(await getDeployment(owner, id)).toMatchObject({
      name: "MV Dawn",
      customerName: "Corvane Lines",
      tags: ["eu", "satellite-link"],
      regimes: ["itar", "other"],
      health: "setting_up",
      allowlist: "empty",
    });
    expect((await eventsOf(id)).map((event) => event.action)).toEqual(["deployment.create"]);
  });

  test("wants a regime named that is not in the list", () => {
    const parsed = CreateDeploymentInput.safeParse({
      customerId,
      name: "Nameless",
      mode: "connected",
      regimes: "other",
    });
    expect(parsed.error?.issues[0]).toMatchObject({
      path: ["regimeOther"],
      message: "Say which other regime.",
    });
  });

  test("refuses a name that the customer has, however it is written, and takes it for another customer", async () => {
    await make("Port Gate_1");
    await expect(make("PORT gate_1")).rejects.toMatchObject({
      kind: "conflict",
      fields: { name: expect.any(String) },
    });
    await expect(make("Port GateX1")).resolves.toMatch(/^dep_/); // _ is no wildcard
    await expect(make("Port Gate_1", { customerId: foreignId })).resolves.toMatch(/^dep_/);
  });

  test("made twice at the same moment, is made once", async () => {
    const both = await Promise.allSettled([make("Double"), make("Double")]);
    expect(both.map((one) => one.status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("reads another customer as missing, and an archived one as closed", async () => {
    const foreigner = anActor("operator", [foreignId]);
    const input = CreateDeploymentInput.parse({ customerId, name: "Intruder", mode: "connected" });
    await expect(createDeployment(foreigner, input)).rejects.toMatchObject({ kind: "not_found" });
    const gone = await createCustomer(owner, { name: "Gone Ferries", contactEmail: null, notes: "" });
    await archiveCustomer(owner, gone);
    await expect(make("Late", gone)).rejects.toThrow("This customer is archived.");
  });

  test.each(["support", "customer_admin", "auditor"] as const)("is not for %s", (role) => {
    const input = CreateDeploymentInput.parse({ customerId, name: "Refused", mode: "connected" });
    expect(() => createDeployment(anActor(role), input)).toThrow(
      expect.objectContaining({ kind: "forbidden" }),
    );
  });
});

describe("changing a deployment", () => {
  test("keeps what it was and what it became", async () => {
    const id = await make("Before", { productVersion: "9.3.0" });
    await changeDeployment(owner, change(id, { name: "After", productVersion: "9.4.2" }));
    expect((await eventsOf(id)).at(-1)).toMatchObject({
      action: "deployment.change",
      before: { name: "Before", productVersion: "9.3.0" },
      after: { name: "After", productVersion: "9.4.2" },
    });
  });

  test("does not seal a site off while an environment of it is at WorkOS", async () => {
    const id = await make("Tethered");
    await addEnvironment(id, "workos");
    await expect(
      changeDeployment(owner, change(id, { name: "Tethered", mode: "air_gapped" })),
    ).rejects.toMatchObject({
      kind: "conflict",
      fields: { mode: expect.stringContaining("Production is at WorkOS") },
    });
    expect(await getDeployment(owner, id)).toMatchObject({ mode: "restricted" });
  });

  test("another customer's actor finds, changes, archives and lists nothing", async () => {
    const id = await make("Walled");
    const foreigner = anActor("admin", [foreignId]);
    const missing = { kind: "not_found" };
    await expect(getDeployment(foreigner, id)).rejects.toMatchObject(missing);
    await expect(changeDeployment(foreigner, change(id, {}))).rejects.toMatchObject(missing);
    await expect(archiveDeployment(foreigner, { deploymentId: id })).rejects.toMatchObject(missing);
    await expect(restoreDeployment(foreigner, { deploymentId: id })).rejects.toMatchObject(missing);
    const query = parseListQuery({ q: "Walled" }, DEPLOYMENT_LIST) as DeploymentListQuery;
    expect((await listDeployments(foreigner, query)).total).toBe(0);
    expect((await eventsOf(id)).length).toBe(1);
  });
});

describe("archiving a deployment", () => {
  test("is refused while an environment stands, because its keys still work", async () => {
    const id = await make("Standing");
    await addEnvironment(id, "offline");
    await expect(archiveDeployment(owner, { deploymentId: id })).rejects.toThrow(
      "Remove its environment first",
    );
    expect((await eventsOf(id)).length).toBe(1);
  });

  test("can be undone, and both are on record", async () => {
    const id = await make("Mothballed");
    await archiveDeployment(owner, { deploymentId: id });
    expect((await getDeployment(owner, id)).archivedAt).not.toBeNull();
    await expect(changeDeployment(owner, change(id, {}))).rejects.toThrow("archived");
    await restoreDeployment(owner, { deploymentId: id });
    expect((await getDeployment(owner, id)).archivedAt).toBeNull();
    const actions = (await eventsOf(id)).map((event) => event.action);
    expect(actions).toEqual(["deployment.create", "deployment.archive", "deployment.restore"]);
  });
});
