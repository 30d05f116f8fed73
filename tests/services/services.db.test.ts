import { generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createEnvironment } from "#lib/environments/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { checkService, registerService, removeService } from "#lib/services/commands.ts";
import { getService, listServices, listServicesFor } from "#lib/services/queries.ts";
import { RegisterServiceInput, SERVICE_LIST } from "#lib/services/schema.ts";
import { type FakeUpstream, fakeUpstream, json } from "#tests/drivers/fake-upstream.ts";
import { type Site, startSite } from "#tests/environments/a-site.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();
let site: Site;
let elsewhere: FakeUpstream;

beforeAll(async () => {
  site = await startSite();
  elsewhere = await fakeUpstream();
});
afterAll(async () => {
  await elsewhere.close();
  await site.close();
  await closeDatabase();
});

/** A host that signs what a service would sign, and answers every other call with an empty list. */
function pretend(claim: { baseUrl?: string; spoil?: boolean } = {}): void {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  elsewhere.seen.length = 0;
  elsewhere.answers((request, response, body) => {
    const url = new URL(request.url ?? "/", elsewhere.url);
    if (url.pathname !== "/sallyport/v1/service") return json(200, { data: [] })(request, response, body);
    const base_url = claim.baseUrl ?? elsewhere.url;
    const nonce = claim.spoil ? "another" : url.searchParams.get("nonce");
    const signature = sign(null, Buffer.from(`sallyport-service\n${nonce}\n${base_url}`), privateKey);
    json(200, {
      ...{ object: "service", id: "svc_x", name: "Elsewhere", version: "1.0.0", base_url },
      public_key: publicKey.export({ type: "spki", format: "pem" }),
      signature: signature.toString("base64url"),
      time: new Date().toISOString(),
    })(request, response, body);
  });
}
const servicesOf = async (actor: typeof owner, params: Record<string, string> = {}) =>
  (await listServices(actor, parseListQuery(params, SERVICE_LIST))).rows;
const register = (customerId: string | null = null) =>
  registerService(owner, {
    name: "Elsewhere",
    baseUrl: elsewhere.url,
    token: "a-token-for-elsewhere",
    customerId,
  });
const sentTokens = () => elsewhere.seen.filter(({ headers }) => headers.authorization);

test("the service beside the console registers itself once, with its key pinned", async () => {
  await servicesOf(owner);
  const services = await servicesOf(owner);
  expect(services).toMatchObject([{ name: "This installation", baseUrl: site.line.url, customerName: null }]);
  expect(services[0]?.keyFingerprint).toMatch(/^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
});

test.each([
  ["whose signature does not hold", { spoil: true }, /not the service/],
  [
    "that passes on another host's proof",
    { baseUrl: "https://identity.example" },
    /says that its address is/,
  ],
])("a host %s is refused before it sees the token", async (_what, claim, message) => {
  pretend(claim);
  await expect(register()).rejects.toMatchObject({
    kind: "forbidden",
    message: expect.stringMatching(message),
  });
  expect(sentTokens()).toEqual([]);
});

test("a service is registered, its token sealed, and never shown to a host with another key", async () => {
  pretend();
  const { serviceId } = await register(site.customerId);
  const rows = await asSystem("a test looks for secrets", (tx) => tx.identityService.findMany());
  expect(JSON.stringify(rows)).not.toContain("a-token-for-elsewhere");
  await checkService(owner, { serviceId });
  pretend(); // another host answers at the same address
  await expect(checkService(owner, { serviceId })).rejects.toMatchObject({ kind: "forbidden" });
  expect(sentTokens()).toEqual([]);
  const found = (await servicesOf(owner)).find(({ id }) => id === serviceId);
  expect(found?.stateReason).toMatch(/not the service that was registered/);
  await expect(register()).rejects.toMatchObject({
    kind: "conflict",
    fields: { baseUrl: expect.any(String) },
  });
});

test("a customer's own service is for that customer only", async () => {
  const names = async (customerId: string) =>
    (await listServicesFor(owner, customerId)).map(({ name }) => name);
  expect(await names(site.customerId)).toEqual(["Elsewhere", "This installation"]);
  expect(await names(site.strangerId)).toEqual(["This installation"]);
  const [service] = await listServicesFor(owner, site.customerId);
  const made = createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.strangerDeploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  await expect(made).rejects.toMatchObject({ kind: "not_found" });
});

test("an actor of another customer finds it not, and cannot register one for the vendor", async () => {
  const stranger = anActor("admin", [site.strangerId]);
  expect((await servicesOf(stranger)).map(({ name }) => name)).toEqual(["This installation"]);
  const [own] = (await servicesOf(owner)).filter(({ name }) => name === "Elsewhere");
  await expect(getService(stranger, own?.id ?? "")).rejects.toMatchObject({ kind: "not_found" });
  expect(await getService(owner, own?.id ?? "")).toMatchObject({
    name: "Elsewhere",
    customerName: "Contoso",
  });
  expect(await servicesOf(owner, { q: "contoso" })).toMatchObject([{ name: "Elsewhere" }]);
  await expect(checkService(stranger, { serviceId: own?.id ?? "" })).rejects.toMatchObject({
    kind: "not_found",
  });
  const input = {
    name: "Mine",
    baseUrl: "https://identity.example",
    token: "a-token-of-my-own",
    customerId: null,
  };
  await expect(registerService(stranger, input)).rejects.toMatchObject({ kind: "invalid" });
});

test("a service with environments stays; one without is removed with its name typed", async () => {
  const services = await servicesOf(owner);
  const idOf = (name: string) => services.find((one) => one.name === name)?.id ?? "";
  await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: idOf("This installation"),
  });
  const local = removeService(owner, { serviceId: idOf("This installation"), confirm: "This installation" });
  await expect(local).rejects.toMatchObject({ kind: "conflict" });
  const serviceId = idOf("Elsewhere");
  await expect(removeService(owner, { serviceId, confirm: "No" })).rejects.toMatchObject({ kind: "invalid" });
  await removeService(owner, { serviceId, confirm: "Elsewhere" });
  expect((await servicesOf(owner)).map(({ name }) => name)).toEqual(["This installation"]);
  const events = await asSystem("a test reads the audit log", (tx) =>
    tx.auditEvent.findMany({ where: { targetId: serviceId }, orderBy: { id: "asc" } }),
  );
  expect(events.map(({ action }) => action)).toEqual(["service.register", "service.remove"]);
});

test.each([
  "https://identity.example/path",
  "ftp://identity.example",
  "https://user:pass@identity.example",
  "identity",
])("%s is no address of a service", (baseUrl) => {
  const parsed = RegisterServiceInput.safeParse({ name: "Site", baseUrl, token: "a-token-of-my-own" });
  expect(parsed.success).toBe(false);
});
