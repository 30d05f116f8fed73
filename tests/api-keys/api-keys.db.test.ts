import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createKey, revokeKey, rotateKey, showKey } from "#lib/api-keys/commands.ts";
import { syncEnvironment } from "#lib/connections/sync.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { carryOutDue } from "#lib/platform/outbox.ts";
import { open } from "#lib/platform/seal.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { keysOf } from "#tests/environments/lists.ts";
import { anActor } from "#tests/support/actors.ts";

const owner = anActor();
const FOR_GOOD = Array.from<Trouble>({ length: 40 }).fill("down");

let site: Site;
let serviceId = "";

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  serviceId = service?.id ?? "";
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

const make = (name: string) =>
  createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name, kind: "production", serviceId },
  });
/** Makes what waits due now, as if its pause had passed. */
const letTimePass = () =>
  asSystem("a test lets time pass", (tx) =>
    tx.operation.updateMany({
      where: { state: "pending" },
      data: { nextAttemptAt: new Date(0), leasedUntil: null },
    }),
  );

describe("an API key", () => {
  test("is shown once, and works", async () => {
    const { environmentId } = await make("Keys");
    const key = await createKey(owner, { environmentId, name: "Billing", lifetime: "90" });
    const organizations = await fetch(`${site.service.url}/organizations`, {
      headers: { Authorization: `Bearer ${key.value}` },
    });
    expect(organizations.status).toBe(200);
    await expect(showKey(owner, { apiKeyId: key.apiKeyId })).rejects.toMatchObject({ kind: "not_found" });
  });

  test("tells when it was used last, once its environment has been asked", async () => {
    const { environmentId } = await make("Used keys");
    const key = await createKey(owner, { environmentId, name: "Billing", lifetime: "90" });
    await createKey(owner, { environmentId, name: "Never used", lifetime: "90" });
    const lastUsed = async () =>
      Object.fromEntries((await keysOf(environmentId)).map(({ name, lastUsedAt }) => [name, lastUsedAt]));
    expect(await lastUsed()).toMatchObject({ Billing: null, "Never used": null });
    await fetch(`${site.service.url}/organizations`, { headers: { Authorization: `Bearer ${key.value}` } });
    await syncEnvironment(environmentId);
    expect(await lastUsed()).toMatchObject({ Billing: expect.any(Date), "Never used": null });
  });

  test("of the console is rotated without being shown: the console drives on with the new one", async () => {
    const { environmentId } = await make("Rotated own key");
    const own = async () => (await keysOf(environmentId)).filter(({ ofConsole }) => ofConsole);
    const [old] = await own();
    const sealed = () =>
      asSystem("a test looks", (tx) =>
        tx.environment.findUniqueOrThrow({
          where: { id: environmentId },
          select: { driverKeyFingerprint: true },
        }),
      );
    const before = await sealed();
    const made = await rotateKey(owner, { apiKeyId: old?.id ?? "", lifetime: "never", overlap: "1" });
    expect(made).toMatchObject({ state: "done", value: null });
    expect(await sealed()).not.toEqual(before);
    const keys = await own();
    expect(keys.map(({ state }) => state).sort()).toEqual(["active", "rotating"]);
    expect(keys.find(({ state }) => state === "active")).toMatchObject({
      id: made.apiKeyId,
      expiresAt: null,
    });
    await createKey(owner, { environmentId, name: "Afterwards", lifetime: "30" });
    await expect(showKey(owner, { apiKeyId: made.apiKeyId })).rejects.toMatchObject({ kind: "not_found" });
    await expect(
      revokeKey(owner, { apiKeyId: made.apiKeyId, confirm: "Sallyport console" }),
    ).rejects.toMatchObject({
      kind: "conflict",
    });
  });

  test("of the console whose rotation broke in the middle drives on, and is replaced when it is tried again", async () => {
    const { environmentId } = await make("Broken own key");
    const [old] = await keysOf(environmentId);
    const rotate = () => rotateKey(owner, { apiKeyId: old?.id ?? "", lifetime: "never", overlap: "1" });
    // The service made the key, and its answer was lost on the way, however often it was asked.
    site.line.spoil(...FOR_GOOD.map((): Trouble => "lost"));
    const made = await rotate();
    expect(made).toMatchObject({ state: "waits", value: null });
    site.line.spoil();
    await expect(rotate()).rejects.toMatchObject({ kind: "conflict" });
    expect((await createKey(owner, { environmentId, name: "Meanwhile", lifetime: "30" })).state).toBe("done");
    await letTimePass();
    await carryOutDue(operationKinds);
    await carryOutDue(operationKinds);
    const own = (await keysOf(environmentId)).filter(({ ofConsole }) => ofConsole);
    expect(own.map(({ id, state }) => [id, state])).toEqual([
      [made.apiKeyId, "active"],
      [old?.id, "rotating"],
    ]);
    expect(await statusWith(await driverKeyOf(environmentId))).toBe(200);
    // The lost tries left no key behind that nobody knows of, and the old one has an end.
    const atService = (await keysAtService(environmentId)).filter(({ name }) => name === "Sallyport console");
    expect(atService.map(({ expires_at }) => expires_at !== null)).toEqual([false, true]);
  }, 60_000);

  test("that was made while nobody waited can be shown once, and never again", async () => {
    const { environmentId } = await make("Late keys");
    site.line.spoil(...FOR_GOOD);
    const late = await createKey(owner, { environmentId, name: "Late", lifetime: "30" });
    expect(late).toMatchObject({ state: "waits", value: null });
    site.line.spoil();
    await letTimePass();
    await carryOutDue(operationKinds);
    expect((await keysOf(environmentId))[0]).toMatchObject({ name: "Late", waitsToBeShown: true });
    expect((await showKey(owner, { apiKeyId: late.apiKeyId })).value).toMatch(/^sk_live_/);
    await expect(showKey(owner, { apiKeyId: late.apiKeyId })).rejects.toMatchObject({ kind: "not_found" });
  }, 60_000);

  test("is rotated with an overlap: both work, and the old one has an end", async () => {
    const { environmentId } = await make("Rotated");
    const old = await createKey(owner, { environmentId, name: "App", lifetime: "never" });
    const next = await rotateKey(owner, { apiKeyId: old.apiKeyId, lifetime: "90", overlap: "24" });
    for (const key of [old, next]) expect(await statusWith(key.value)).toBe(200);
    const [newest, before] = await keysOf(environmentId);
    expect(newest).toMatchObject({ id: next.apiKeyId, state: "active" });
    expect(before).toMatchObject({ id: old.apiKeyId, state: "rotating" });
    expect(Number(before?.expiresAt) - Date.now()).toBeLessThan(86_400_001);
  });

  test("whose rotation is refused half-way goes on working, with no end", async () => {
    const { environmentId } = await make("Kept");
    const old = await createKey(owner, { environmentId, name: "App", lifetime: "never" });
    site.line.spoil(403);
    await expect(
      rotateKey(owner, { apiKeyId: old.apiKeyId, lifetime: "90", overlap: "1" }),
    ).rejects.toMatchObject({
      kind: "forbidden",
    });
    expect(await statusWith(old.value)).toBe(200);
    expect((await keysOf(environmentId))[0]).toMatchObject({
      id: old.apiKeyId,
      state: "active",
      expiresAt: null,
    });
  });

  test("is refused as soon as it is revoked", async () => {
    const { environmentId } = await make("Revoked");
    const key = await createKey(owner, { environmentId, name: "App", lifetime: "90" });
    await revokeKey(owner, { apiKeyId: key.apiKeyId, confirm: "App" });
    expect(await statusWith(key.value)).toBe(401);
    expect((await keysOf(environmentId))[0]?.state).toBe("revoked");
  });

  test("of the console itself cannot be revoked", async () => {
    const { environmentId } = await make("Console key");
    const [key] = await keysOf(environmentId);
    const revoked = revokeKey(owner, { apiKeyId: key?.id ?? "", confirm: key?.name ?? "" });
    await expect(revoked).rejects.toMatchObject({ kind: "conflict" });
  });
});

/** The key that the console drives an environment with. */
async function driverKeyOf(environmentId: string): Promise<string> {
  const { driverKeySealed } = await environmentRow(environmentId);
  return open(driverKeySealed ?? "", `environment:${environmentId}:driver_key`);
}

async function keysAtService(environmentId: string) {
  const { remoteId } = await environmentRow(environmentId);
  const { body } = await site.service.manage<{ data: { name: string; expires_at: string | null }[] }>(
    "GET",
    `/environments/${remoteId}/api_keys`,
  );
  return body.data;
}

const environmentRow = (id: string) =>
  asSystem("a test looks", (tx) =>
    tx.environment.findUniqueOrThrow({ where: { id }, select: { remoteId: true, driverKeySealed: true } }),
  );

async function statusWith(key: string | null): Promise<number> {
  const headers = { Authorization: `Bearer ${key}` };
  return (await fetch(`${site.service.url}/organizations`, { headers })).status;
}
