import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { syncEnvironment } from "#lib/connections/sync.ts";
import { addDomain, checkDomain, removeDomain, verifyDomainByHand } from "#lib/domains/commands.ts";
import { getDomain, listDomains } from "#lib/domains/queries.ts";
import { AddDomainInput, DOMAIN_LIST } from "#lib/domains/schema.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";
import { type NameServer, startNameServer } from "#tests/support/name-server.ts";

const owner = anActor();
const FOR_GOOD = Array.from<Trouble>({ length: 40 }).fill("down");
const REASON = "Confirmed by phone with their IT";

let site: Site;
let names: NameServer;
let environmentId = "";
let organizationId = "";
let otherId = "";

beforeAll(async () => {
  names = await startNameServer();
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const made = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  environmentId = made.environmentId;
  const driver = await driverOf(environmentId);
  const organization = async (name: string) =>
    (await driver.createOrganization({ name, domains: [] }, { key: `op_${name}`, again: false })).id;
  organizationId = await organization("Contoso");
  otherId = await organization("Fabrikam");
});
afterAll(async () => {
  await site.close();
  await names.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

const add = async (domain: string, of = organizationId) => {
  const made = await addDomain(owner, AddDomainInput.parse({ environmentId, organizationId: of, domain }));
  if (made.state !== "done") throw new Error(made.reason);
  return made.targetId;
};
const read = (id: string) => getDomain(owner, site.deploymentId, id);
const told = (targetId: string) =>
  asSystem("a test reads the record", (tx) =>
    tx.auditEvent.findMany({
      where: { targetId },
      select: { action: true, detail: true, targetName: true, actorName: true },
      orderBy: { id: "asc" },
    }),
  );
const lateWork = async () => {
  await asSystem("a test lets time pass", (tx) =>
    tx.operation.updateMany({ where: { state: "pending" }, data: { nextAttemptAt: new Date(0) } }),
  );
  return await carryOutDue(operationKinds);
};

test("a domain is added from what was pasted, shows its record, and is looked for by whoever waits", async () => {
  const id = await add("https://Ada@Contoso.example/about");
  const added = await read(id);
  expect(added).toMatchObject({
    ...{ name: "contoso.example", organizationName: "Contoso", state: "pending", strategy: "dns" },
    ...{ verdict: "", lookedAt: null, look: null, whyNoLook: null, whyNotByHand: null },
  });
  names.records.set(added.record?.name ?? "", ["verification_token=old"]);
  expect(await checkDomain(owner, { domainId: id })).toEqual({ state: "pending", verdict: "wrong_value" });
  expect((await read(id)).look).toMatchObject({
    verdict: "wrong_value",
    resolvers: [expect.stringContaining("127.0.0.1")],
    names: [
      { name: added.record?.name, outcome: "records", records: ["verification_token=old"] },
      { name: "contoso.example", outcome: "no_such_name", records: [] },
    ],
  });
  names.records.set(added.record?.name ?? "", [added.record?.value ?? ""]);
  expect(await checkDomain(owner, { domainId: id })).toEqual({ state: "verified", verdict: "found" });
  expect(await read(id)).toMatchObject({ state: "verified", strategy: "dns" });
  expect((await told(id)).map(({ action }) => action)).toEqual(Array(4).fill("domain.check"));
});

test("a domain that another organization holds is refused, by its name to a person of the console", async () => {
  await add("fabrikam.example", otherId);
  await expect(add("fabrikam.example")).rejects.toMatchObject({
    kind: "conflict",
    fields: { domain: expect.stringContaining("Fabrikam") },
  });
  await expect(add("fabrikam.example", otherId)).rejects.toMatchObject({
    kind: "conflict",
    message: "This organization has this domain already.",
  });
});

test("one that the console has not heard of is refused by the site, in a sentence that names nobody", async () => {
  const driver = await driverOf(environmentId);
  await driver.domains.add(otherId, "unheard.example", { key: "op_unheard", again: false });
  await expect(add("unheard.example")).rejects.toMatchObject({
    kind: "conflict",
    message: expect.not.stringContaining("Fabrikam"),
    fields: { domain: expect.stringContaining("already") },
  });
});

test("by hand a domain is verified with a reason, which the record keeps with a name", async () => {
  const id = await add("by-hand.example");
  await verifyDomainByHand(owner, { domainId: id, reason: REASON });
  expect(await read(id)).toMatchObject({ state: "verified", strategy: "manual" });
  expect(await told(id)).toEqual([
    {
      action: "domain.verify_by_hand",
      detail: { reason: REASON },
      targetName: "by-hand.example",
      actorName: "The owner",
    },
  ]);
  await expect(verifyDomainByHand(owner, { domainId: id, reason: REASON })).rejects.toMatchObject({
    kind: "conflict",
  });
  for (const role of ["customer_admin", "support", "auditor"] as const) {
    const refused = verifyDomainByHand(anActor(role, [site.customerId]), { domainId: id, reason: REASON });
    await expect(refused).rejects.toMatchObject({ kind: "forbidden" });
  }
});

test("the customer's own admin adds domains and has them looked for", async () => {
  const admin = anActor("customer_admin", [site.customerId]);
  const input = AddDomainInput.parse({ environmentId, organizationId, domain: "theirs.example" });
  const made = await addDomain(admin, input);
  if (made.state !== "done") throw new Error(made.reason);
  expect(await checkDomain(admin, { domainId: made.targetId })).toEqual({
    state: "pending",
    verdict: "no_such_domain",
  });
});

test("while the site is silent, adding waits and is done once; looking says that there was no answer", async () => {
  const id = await add("before.example");
  site.line.spoil(...FOR_GOOD);
  const input = AddDomainInput.parse({ environmentId, organizationId, domain: "late.example" });
  const waiting = await addDomain(owner, input);
  expect(waiting.state).toBe("waits");
  await expect(checkDomain(owner, { domainId: id })).rejects.toMatchObject({ kind: "unavailable" });
  site.line.spoil();
  expect(await lateWork()).toEqual({ done: 1, failed: 0 });
  const { rows } = await listDomains(owner, site.deploymentId, {
    ...parseListQuery({ q: "late" }, DOMAIN_LIST),
  });
  expect(rows).toMatchObject([{ name: "late.example", state: "pending" }]);
});

test("a domain that is removed is gone here and there, and free for another organization", async () => {
  const id = await add("moving.example");
  await expect(removeDomain(owner, { domainId: id, confirm: "moving" })).rejects.toMatchObject({
    kind: "invalid",
    fields: { confirm: expect.any(String) },
  });
  await removeDomain(owner, { domainId: id, confirm: "moving.example" });
  await expect(read(id)).rejects.toMatchObject({ kind: "not_found" });
  expect(await add("moving.example", otherId)).not.toBe(id);
});

test("the worker hears what was added, found and removed at the site meanwhile", async () => {
  const [gone, kept] = [await add("gone.example"), await add("kept.example")];
  const driver = await driverOf(environmentId);
  const added = await driver.domains.add(otherId, "elsewhere.example", { key: "op_else", again: false });
  await driver.domains.remove(gone);
  await driver.domains.check(kept);
  expect(await syncEnvironment(environmentId)).toBe(true);
  expect(await read(added.id)).toMatchObject({ organizationName: "Fabrikam", state: "pending" });
  expect(await read(kept)).toMatchObject({ verdict: "no_such_domain", lookedAt: expect.any(Date) });
  await expect(read(gone)).rejects.toMatchObject({ kind: "not_found" });
});

test.each(["example", "exa mple.com", "-a.example", "a..example", "1.2.3.4", "@", ""])(
  "“%s” is no domain name",
  (domain) => {
    const input = { environmentId: "env_1", organizationId: "org_1", domain };
    expect(AddDomainInput.safeParse(input).success).toBe(false);
  },
);
