import { generateKeyPairSync } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ServiceRef } from "#lib/drivers/management.ts";
import { offlineDriver, offlineEnvironmentMaker } from "#lib/drivers/offline.ts";
import type { IdentityDriver, NewEnvironment } from "#lib/drivers/port.ts";
import { meetService } from "#lib/drivers/service.ts";
import { workosDriver } from "#lib/drivers/workos.ts";
import { selfSignedCertificate } from "#lib/identity-service/keys/certificate.ts";
import { testDatabase } from "#tests/support/database.ts";
import { type RunningIdentityService, startIdentityService } from "#tests/support/identity-service.ts";
import { startNameServer } from "#tests/support/name-server.ts";
import { startOidcIdp } from "#tests/support/oidc-provider.ts";
import { startSamlIdp } from "#tests/support/saml-idp.ts";
import { type Backend, contract } from "./contract.ts";

async function start(): Promise<{ running: RunningIdentityService; service: ServiceRef }> {
  const { identityUrl } = await testDatabase();
  const running = await startIdentityService(identityUrl);
  const { publicKey } = await meetService(running.url, null, fetch);
  const service = { name: "Test", baseUrl: running.url, publicKey, token: running.managementToken };
  return { running, service };
}

const drive = (service: ServiceRef, { remoteId, baseUrl, key }: NewEnvironment) =>
  offlineDriver({ service, remoteId, baseUrl, key });

const onceAs = (key: string) => ({ key: `op_${key}`, again: false });

const OPTIONS = { deactivated: "delete", provisioning: false } as const;

contract("offline", async (): Promise<Backend> => {
  const { running, service } = await start();
  const maker = offlineEnvironmentMaker(service);
  const made = await maker.create(
    { name: "Contract", kind: "production" },
    { key: "op_contract", again: false },
  );
  const other = await maker.create({ name: "Other", kind: "production" }, { key: "op_other", again: false });
  const driver = drive(service, made);
  return {
    driver,
    stranger: drive(service, { ...made, key: "sk_live_of_somebody_else" }),
    neighbour: drive(service, other),
    async connect(organizationId, name) {
      const draft = { organizationId, name, type: "OktaSAML", domains: [] };
      const made = await driver.connections?.create(draft, { key: `op_${name}`, again: false });
      return made?.id ?? "";
    },
    async provision(organizationId, name) {
      const draft = { organizationId, name, type: "okta scim v2.0", options: OPTIONS };
      const made = await driver.directories?.create(draft, { key: `op_${name}`, again: false });
      return made?.directory.id ?? "";
    },
    close: () => running.close(),
  };
});

describe("what only an offline environment can do", () => {
  let running: RunningIdentityService;
  let service: ServiceRef;
  let made: NewEnvironment;
  let driver: IdentityDriver;

  beforeAll(async () => {
    ({ running, service } = await start());
    made = await offlineEnvironmentMaker(service).create(
      { name: "Site", kind: "production" },
      { key: "op_site", again: false },
    );
    driver = drive(service, made);
  });
  afterAll(() => running.close());

  test("making an environment again with the same operation makes no second one, and gives the same key", async () => {
    const again = await offlineEnvironmentMaker(service).create(
      { name: "Site", kind: "production" },
      { key: "op_site", again: true },
    );
    expect(again).toEqual(made);
  });

  test("a key is made once for one operation, expires when told, and stops working when ended", async () => {
    const keys = keysOf(driver);
    const draft = { name: "Billing", expiresAt: new Date(Date.now() + 3_600_000) };
    const key = await keys.create(draft, { key: "op_key", again: false });
    expect((await keys.create(draft, { key: "op_key", again: true })).value).toBe(key.value);
    const holder = drive(service, { ...made, key: key.value });
    await holder.listOrganizations("");
    expect((await keys.listUse()).find(({ id }) => id === key.id)).toMatchObject({
      expiresAt: draft.expiresAt,
    });
    await keys.expire(key.id, new Date(0));
    await expect(holder.listOrganizations("")).rejects.toMatchObject({ kind: "unauthenticated" });
  });

  test("another redirect URI becomes the default", async () => {
    const first = await driver.addRedirectUri("https://one.example.com/cb", { key: "op_u1", again: false });
    const second = await driver.addRedirectUri("https://two.example.com/cb", { key: "op_u2", again: false });
    expect(first.isDefault).toBe(true);
    await driver.defaultRedirectUri?.choose(second.id);
    const uris = await driver.listRedirectUris();
    expect(uris.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([second.id]);
    await expect(driver.removeRedirectUri(second.id)).rejects.toMatchObject({ kind: "conflict" });
  });

  test("a SAML connection tells what to copy, its certificates and when the first of them ends", async () => {
    const connections = makerOf(driver);
    const { id: organizationId } = await driver.createOrganization(
      { name: "Contoso", domains: ["contoso.example"] },
      { key: "op_org", again: false },
    );
    const certificate = aCertificate();
    const draft = {
      ...{ organizationId, type: "OktaSAML", name: "Contoso Okta", domains: ["contoso.example"] },
      saml: {
        entityId: "https://idp.example/",
        signInUrl: "https://idp.example/sso",
        certificates: [certificate],
      },
    };
    const connection = await connections.create(draft, { key: "op_conn", again: false });
    expect(connection.state).toBe("draft");
    expect((await connections.create(draft, { key: "op_conn", again: true })).id).toBe(connection.id);
    const detail = await connections.describe(connection.id);
    expect(detail.toCopy.map(({ label }) => label)).toEqual([
      "ACS URL (single sign-on URL)",
      "Entity ID (audience)",
      "Metadata URL",
      "Single logout URL",
    ]);
    expect(detail.certificates).toHaveLength(1);
    expect(connection.health?.certificateExpiresAt).toEqual(detail.certificates[0]?.notAfter);
    expect((await connections.change(connection.id, { state: "active" })).state).toBe("active");
    const started = await connections.startTest(connection.id);
    expect(started.url.origin).toBe(running.url);
    expect((await connections.readTest(connection.id, started.id)).state).toBe("pending");
    expect(await connections.listTraces(connection.id)).toBeInstanceOf(Array);
  });

  test("a draft is made, changed, tried and activated, and the revision before brought back", async () => {
    const connections = makerOf(driver);
    const { revisions } = connections;
    const organization = { name: "Fabrikam", domains: [] };
    const { id: organizationId } = await driver.createOrganization(organization, onceAs("fabrikam"));
    const saml = { entityId: "https://idp.example/", signInUrl: "https://idp.example/sso" };
    const certificates = [aCertificate()];
    const draft = { organizationId, type: "OktaSAML", name: "Fabrikam Okta", domains: [] };
    const whole = { ...draft, saml: { ...saml, certificates } };
    const { id } = await connections.create(whole, onceAs("fabrikam-okta"));
    await connections.change(id, { state: "active" });
    const mapping = {
      attributes: { email: "mail" },
      customAttributes: { team: "department" },
      roles: [{ group: "staff", role: "member" }],
    };
    const change = { mapping, by: "Ada", note: "The new directory" };
    const made = await revisions.draft(id, change, onceAs("draft"));
    expect(made).toMatchObject({
      number: 2,
      state: "draft",
      basedOn: 1,
      madeBy: "Ada",
      mapping,
      missing: null,
    });
    expect(made.certificates).toHaveLength(1);
    expect(made.settings).toContainEqual({ key: "saml.idp_sso_url", values: ["https://idp.example/sso"] });
    expect((await revisions.draft(id, change, { ...onceAs("draft"), again: true })).number).toBe(2);
    await expect(revisions.draft(id, change, onceAs("second"))).rejects.toMatchObject({ kind: "conflict" });
    const moved = { signInUrl: "https://idp.example/other" };
    expect((await revisions.change(id, 2, { saml: moved, by: "Grace" })).madeBy).toBe("Grace");
    const started = await revisions.startTest(id, 2);
    expect(await connections.readTest(id, started.id)).toMatchObject({
      state: "pending",
      purpose: "test",
      revision: 2,
      preview: null,
      capturedUntil: null,
    });
    await expect(revisions.replay(id, 2, started.id)).rejects.toMatchObject({ kind: "not_found" });
    const untested = { by: "Ada", reason: null };
    await expect(revisions.activate(id, 2, untested)).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("No test sign-in"),
    });
    const activated = await revisions.activate(id, 2, { by: "Ada", reason: "Tried elsewhere" });
    expect(activated.activated).toMatchObject({ by: "Ada", reason: "Tried elsewhere", replaced: 1 });
    const back = await revisions.returnTo(id, null, { by: "Grace", reason: null }, onceAs("return"));
    expect(back).toMatchObject({ number: 3, state: "active", returnsTo: 1, mapping: { roles: [] } });
    await revisions.draft(id, { by: "Ada" }, onceAs("third"));
    expect((await revisions.discard(id, 4, "Ada")).state).toBe("discarded");
    expect((await revisions.list(id)).map(({ state }) => state)).toEqual([
      "discarded",
      "active",
      "superseded",
      "superseded",
    ]);
    expect(await revisions.get(id, 3)).toEqual(back);
  });

  test("a directory shows its token once, overlaps when rotated, and reads the same over WorkOS's wire", async () => {
    const directories = driver.directories;
    if (!directories) throw new Error("An offline environment makes directories.");
    const { id: organizationId } = await driver.createOrganization(
      { name: "Litware", domains: [] },
      { key: "op_litware", again: false },
    );
    const draft = { organizationId, type: "okta scim v2.0", name: "Litware staff", options: OPTIONS };
    const { directory, token } = await directories.create(draft, { key: "op_dir", again: false });
    if (token === null) throw new Error("A provider that sends needs a token.");
    expect(await directories.create(draft, { key: "op_dir", again: true })).toEqual({ directory, token });
    const ask = async (bearer: string, endpoint: string | null) =>
      (await fetch(`${endpoint}/Users`, { headers: { authorization: `Bearer ${bearer}` } })).status;
    const { endpoint } = await directories.describe(directory.id);
    const next = await directories.rotateToken(directory.id, 24, { key: "op_rotate", again: false });
    expect(await directories.rotateToken(directory.id, 24, { key: "op_rotate", again: true })).toBe(next);
    expect([await ask(token, endpoint), await ask(next, endpoint), await ask("other", endpoint)]).toEqual([
      200, 200, 401,
    ]);
    const options = { deactivated: "keep", provisioning: false } as const;
    await directories.change(directory.id, { name: "Litware people", options });
    const detail = await directories.describe(directory.id);
    expect(detail).toMatchObject({
      directory: {
        name: "Litware people",
        state: "active",
        sync: { lastAt: expect.any(Date), problem: null },
      },
      options,
      tokens: [
        { suffix: next.slice(-4), expiresAt: null },
        { suffix: token.slice(-4), expiresAt: expect.any(Date) },
      ],
    });
    const { baseUrl, clientId, key } = made;
    const cloud = workosDriver({ baseUrl, clientId, key, platform: null });
    expect(await cloud.getDirectory(directory.id)).toEqual({ ...detail.directory, sync: null });
    expect((await cloud.listDirectories(null)).items).toEqual([{ ...detail.directory, sync: null }]);
    expect(cloud.directories).toBeNull();
    await cloud.removeDirectory(directory.id);
    expect(await ask(next, endpoint)).toBe(401);
  });

  test("a domain shows what was found instead of its record, and is verified by it or by hand", async () => {
    const names = await startNameServer();
    try {
      const { id: organizationId } = await driver.createOrganization(
        { name: "Alpine", domains: [] },
        { key: "op_alpine", again: false },
      );
      const { domains } = driver;
      const added = await domains.add(organizationId, "alpine.example", { key: "op_domain", again: false });
      const name = added.record?.name ?? "";
      names.records.set(name, ["verification_token=other"]);
      const wrong = await domains.check(added.id);
      expect(wrong).toMatchObject({
        state: "pending",
        lastLook: {
          verdict: "wrong_value",
          names: [
            { name, outcome: "records", records: ["verification_token=other"] },
            { name: "alpine.example", outcome: "no_such_name", records: [] },
          ],
        },
      });
      expect(wrong.lastLook?.resolvers).toEqual([expect.stringMatching(/^127\.0\.0\.1:/)]);
      names.records.set(name, [added.record?.value ?? ""]);
      expect(await domains.check(added.id)).toMatchObject({ state: "verified", strategy: "dns" });
      const other = await domains.add(organizationId, "hand.example", { key: "op_hand", again: false });
      expect(await domains.verifyByHand?.(other.id)).toMatchObject({ state: "verified", strategy: "manual" });
      const { baseUrl, clientId, key } = made;
      const cloud = workosDriver({ baseUrl, clientId, key, platform: null });
      expect(await cloud.domains.get(added.id)).toMatchObject({ state: "verified", lastLook: null });
      expect(await cloud.domains.check(added.id)).toMatchObject({ state: "verified" });
      expect(cloud.domains.verifyByHand).toBeNull();
    } finally {
      await names.close();
    }
  });

  test("without a sign-in nothing is counted, and none failed", async () => {
    expect(await driver.signIns?.hours(null)).toEqual([]);
    expect(await driver.signIns?.failures("org_none")).toEqual([]);
  });

  test("what a provider says of itself is read before anything is kept, with what there is to know of it", async () => {
    const maker = makerOf(driver);
    const idp = await startSamlIdp();
    const oidc = await startOidcIdp([]);
    try {
      const text = await (await fetch(idp.metadataUrl)).text();
      const base64 = Buffer.from(`\uFEFF${text}`, "utf16le").toString("base64");
      for (const source of [{ xml: text }, { url: idp.metadataUrl }, { base64 }]) {
        const reading = await maker.inspect(source);
        expect(reading.document).toContain("IDPSSODescriptor");
        expect(reading.providers).toMatchObject([
          {
            ...{ entityId: idp.settings.entityId, signInUrl: idp.ssoUrl },
            certificates: [{ notAfter: expect.any(Date), key: "RSA 2048" }],
            findings: expect.arrayContaining([
              expect.objectContaining({
                code: "address_http",
                severity: "warning",
                values: { address: idp.url },
              }),
            ]),
          },
        ]);
      }
      expect(await maker.inspect({ xml: "<html/>" })).toMatchObject({
        ...{ document: null, providers: [] },
        findings: [{ code: "web_page", severity: "error" }],
      });
      const issuer = await maker.inspectIssuer(oidc.issuer);
      expect(issuer).toMatchObject({ issuer: oidc.issuer, keys: [{ key: expect.any(String) }] });
      expect(issuer.endpoints.map(({ use }) => use)).toContain("token_endpoint");
      expect(issuer.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    } finally {
      await Promise.all([idp.close(), oidc.close()]);
    }
  });

  test("no token leaves before the host has proven that it is the service we know", async () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const other = publicKey.export({ type: "spki", format: "pem" }).toString();
    const fooled = offlineDriver({ ...made, service: { ...service, publicKey: other } });
    await expect(fooled.check()).rejects.toMatchObject({ kind: "forbidden", message: /not the service/ });
    await expect(fooled.listOrganizations("")).rejects.toMatchObject({ kind: "forbidden" });
  });

  test("a removed environment is gone with everything in it", async () => {
    const maker = offlineEnvironmentMaker(service);
    const gone = await maker.create({ name: "Short", kind: "staging" }, { key: "op_short", again: false });
    await maker.rename?.(gone.remoteId, "Shorter");
    await maker.remove(gone.remoteId);
    await expect(drive(service, gone).check()).rejects.toMatchObject({ kind: "not_found" });
    await expect(maker.remove(gone.remoteId)).rejects.toMatchObject({ kind: "not_found" });
  });
});

function keysOf({ keys }: IdentityDriver) {
  if (!keys) throw new Error("An offline environment makes keys.");
  return keys;
}

function makerOf({ connections }: IdentityDriver) {
  if (!connections) throw new Error("An offline environment makes connections.");
  return connections;
}

function aCertificate(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return selfSignedCertificate(privateKey, "idp.example", new Date());
}
