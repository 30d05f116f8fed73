import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createEnvironment } from "#lib/environments/commands.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { addPortalDomain, checkPortalDomain, removePortalDomain } from "#lib/portal/domains/commands.ts";
import { listPortalDomains } from "#lib/portal/domains/list.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { aSetup } from "#tests/support/a-setup.ts";
import { anActor } from "#tests/support/actors.ts";
import { type NameServer, startNameServer } from "#tests/support/name-server.ts";

const owner = anActor();
const FOR_GOOD = Array.from<Trouble>({ length: 40 }).fill("down");

let site: Site;
let names: NameServer;
let setup: Setup;
let other: Setup;

beforeAll(async () => {
  names = await startNameServer();
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const { environmentId } = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  setup = await aSetup(environmentId, "Contoso", "domain_verification");
  other = await aSetup(environmentId, "Fabrikam", "domain_verification");
});
afterAll(async () => {
  await site.close();
  await names.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

const find = async (of: Setup, name: string) => {
  const found = (await listPortalDomains(of)).domains.find((domain) => domain.name === name);
  if (!found) throw new Error(`${name} is not in the list.`);
  return found;
};

test("customer IT adds a domain, publishes its record and has it found; the step is done, and the link is on record", async () => {
  expect(await listPortalDomains(setup)).toEqual({
    domains: [],
    isSilent: false,
    asOf: null,
    tellsLooks: true,
  });
  expect(await addPortalDomain(setup, { domain: "contoso.example" })).toBe("done");
  const { id, record } = await find(setup, "contoso.example");
  expect(await checkPortalDomain(setup, { domainId: id })).toEqual({
    state: "pending",
    verdict: "no_such_domain",
  });
  names.records.set(record?.name ?? "", [record?.value ?? ""]);
  expect(await checkPortalDomain(setup, { domainId: id })).toEqual({ state: "verified", verdict: "found" });
  expect(await find(setup, "contoso.example")).toMatchObject({ state: "verified" });
  const events = await asSystem("a test reads the record", (tx) =>
    tx.auditEvent.findMany({
      where: { OR: [{ targetName: "contoso.example" }, { targetId: setup.linkId }] },
      select: { action: true, actorKind: true, actorId: true, detail: true },
      orderBy: { id: "asc" },
    }),
  );
  const done = events.filter(({ actorKind }) => actorKind === "link");
  const outcome = (detail: unknown) => (detail as { outcome?: string }).outcome ?? "";
  expect(done.map(({ action, detail }) => `${action} ${outcome(detail)}`.trim())).toEqual([
    "setup_link.open",
    "domain.add",
    "domain.check asked",
    "domain.check done",
    "domain.check asked",
    "domain.check done",
    "setup_link.step",
  ]);
});

test("another organization's domain is not there, and that it is taken does not say by whom", async () => {
  expect(await addPortalDomain(other, { domain: "fabrikam.example" })).toBe("done");
  expect((await listPortalDomains(setup)).domains.map(({ name }) => name)).not.toContain("fabrikam.example");
  const { id } = await find(other, "fabrikam.example");
  for (const reach of [checkPortalDomain, removePortalDomain])
    await expect(reach(setup, { domainId: id })).rejects.toMatchObject({ kind: "not_found" });
  expect(await addPortalDomain(setup, { domain: "fabrikam.example" })).toBe("taken");
  // Nor where this console has not heard of it yet.
  const driver = await driverOf(setup.environmentId);
  const unheard = await driver.domains.add(other.organizationId, "unheard.example", {
    key: "op_unheard",
    again: false,
  });
  for (const reach of [checkPortalDomain, removePortalDomain])
    await expect(reach(setup, { domainId: unheard.id })).rejects.toMatchObject({ kind: "not_found" });
  expect(await addPortalDomain(setup, { domain: "unheard.example" })).toBe("taken");
  expect(await checkPortalDomain(other, { domainId: unheard.id })).toMatchObject({ state: "pending" });
});

test("a mistyped domain is taken back; one that is verified stays", async () => {
  await addPortalDomain(setup, { domain: "contsoo.example" });
  const { id } = await find(setup, "contsoo.example");
  expect(await removePortalDomain(setup, { domainId: id })).toBe("done");
  expect((await listPortalDomains(setup)).domains.map(({ name }) => name)).toEqual(["contoso.example"]);
  const verified = await find(setup, "contoso.example");
  expect(await removePortalDomain(setup, { domainId: verified.id })).toBe("verified");
  expect((await find(setup, "contoso.example")).id).toBe(verified.id);
});

test("while the site is silent, what was heard last is shown with its time, and nothing pretends", async () => {
  const { id } = await find(setup, "contoso.example");
  site.line.spoil(...FOR_GOOD);
  const shown = await listPortalDomains(setup);
  expect(shown).toMatchObject({
    isSilent: true,
    asOf: expect.any(Date),
    domains: [{ name: "contoso.example", state: "verified", lastLook: { verdict: "found" } }],
  });
  expect(await checkPortalDomain(setup, { domainId: id })).toBe("silent");
  expect(await addPortalDomain(setup, { domain: "late.example" })).toBe("waits");
});

test("a link that is not for domains does nothing with them", async () => {
  const elsewhere = await aSetup(setup.environmentId, "Northwind", "sso");
  await expect(listPortalDomains(elsewhere)).rejects.toMatchObject({ kind: "forbidden" });
  await expect(addPortalDomain(elsewhere, { domain: "northwind.example" })).rejects.toMatchObject({
    kind: "forbidden",
  });
});
