import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readConfiguration } from "#lib/gateway/configuration/read.ts";
import { callerOf, configurationResponse, readBody, refusalResponse } from "#lib/gateways/answers.ts";
import { askConfiguration } from "#lib/gateways/asking.ts";
import { createClient, revokeClient, rotateClientToken } from "#lib/gateways/clients/commands.ts";
import { CreateClientInput } from "#lib/gateways/clients/schema.ts";
import { changeGateway, createGateway, removeGateway, rotateGatewayToken } from "#lib/gateways/commands.ts";
import { takeConfiguration } from "#lib/gateways/file.ts";
import { ChangeGatewayInput } from "#lib/gateways/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";
import { newId } from "#lib/shared/ids.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { aSite, type Site } from "#tests/support/gateways.ts";

const NOW = new Date("2026-11-24T08:00:00Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const operator = anActor("operator");
const admin = anActor("admin");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
let site: Site;
let made: { gatewayId: string; token: string };

beforeAll(testDatabase);
afterAll(closeDatabase);
beforeEach(async () => {
  site = await aSite();
  made = await createGateway(operator, { deploymentId: site.deploymentId }, NOW);
});

/** As a gateway asks: over HTTP, with what it has already. */
async function ask(token: string | null, { known = "", at = NOW } = {}): Promise<Response> {
  const headers = new Headers({
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(known ? { "if-none-match": known } : {}),
  });
  const request = { headers };
  try {
    return configurationResponse(request, await askConfiguration(callerOf(request, "198.51.100.7"), at));
  } catch (error) {
    return refusalResponse(error);
  }
}

const told = async (token = made.token, at = NOW) =>
  readConfiguration(await (await ask(token, { at })).text(), site.deploymentId).configuration;

function open(peer: string, over: object = {}) {
  const rule = {
    direction: "egress",
    protocol: "tcp",
    portFrom: 443,
    portTo: 443,
    peerKind: "cidr",
  } as const;
  return asSystem("a test's rule", (tx) =>
    tx.allowlistRule.create({
      data: { id: newId("rule"), ...site, ...rule, peer, purpose: "Because", ...over },
    }),
  );
}

describe("a gateway asks for its configuration", () => {
  test("and is given the allowlist in force, which a gateway takes; 304 until something changes", async () => {
    await open("203.0.113.0/24");
    await open("198.18.0.0/15", { expiresAt: after(60) });
    const first = await ask(made.token);
    const text = await first.text();
    const { configuration, digest } = readConfiguration(text, site.deploymentId);
    expect(configuration.deployment).toMatchObject({ id: site.deploymentId, customer_id: site.customerId });
    expect(configuration.allowlist.rules.map(({ networks }) => networks)).toEqual([
      ["198.18.0.0/15"],
      ["203.0.113.0/24"],
    ]);
    expect([first.headers.get("etag"), first.headers.get("cache-control")]).toEqual([
      `"${digest}"`,
      expect.stringContaining("no-store"),
    ]);
    expect(first.headers.get("sallyport-store")).toMatch(/^[0-9a-f-]{36}$/);
    const known = first.headers.get("etag") ?? "";
    const same = await ask(made.token, { known, at: after(59) });
    expect([same.status, await same.text()]).toEqual([304, ""]);
    // A rule that expired is gone by itself.
    const later = await ask(made.token, { known, at: after(60) });
    expect(later.status).toBe(200);
    expect((await told(made.token, after(60))).allowlist.rules).toHaveLength(1);
  });

  test.each([
    ["none", () => null],
    ["a wrong one", () => "sp_gw_wrong"],
    ["an empty one", () => ""],
    ["another kind's", async () => (await client({ token: "on" })).token],
  ])("with %s for a token, and is told nothing", async (_, token) => {
    const response = await ask(await token());
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: "unauthenticated", message: "This is not the token of a gateway." },
    ]);
  });

  test("and sees another deployment's rules never", async () => {
    const mine = { site, made };
    site = await aSite("Paris");
    const paris = await createGateway(operator, { deploymentId: site.deploymentId }, NOW);
    await open("203.0.113.0/24");
    expect((await told(paris.token)).allowlist.rules).toHaveLength(1);
    site = mine.site;
    expect((await told(mine.made.token)).allowlist.rules).toEqual([]);
  });

  test("with the token before too, until its end; one from before that counts no more", async () => {
    const second = await rotateGatewayToken(operator, { gatewayId: made.gatewayId, overlap: "hour" }, NOW);
    expect((await ask(made.token, { at: after(3_599) })).status).toBe(200);
    expect((await ask(made.token, { at: after(3_600) })).status).toBe(401);
    const third = await rotateGatewayToken(operator, { gatewayId: made.gatewayId, overlap: "hour" }, NOW);
    expect((await ask(made.token)).status).toBe(401);
    expect((await ask(second.token)).status).toBe(200);
    const last = await rotateGatewayToken(operator, { gatewayId: made.gatewayId, overlap: "none" }, NOW);
    expect((await ask(third.token)).status).toBe(401);
    expect((await ask(last.token)).status).toBe(200);
  });

  test("and is told nothing more once its deployment is archived, or it is removed", async () => {
    await asSystem("a test archives", (tx) =>
      tx.deployment.update({ where: { id: site.deploymentId }, data: { archivedAt: NOW } }),
    );
    expect((await ask(made.token)).status).toBe(403);
    await expect(createGateway(operator, { deploymentId: site.deploymentId })).rejects.toMatchObject({
      kind: "conflict",
    });
    const { gatewayId } = made;
    await expect(removeGateway(admin, { gatewayId, confirm: "Paris" })).rejects.toMatchObject({
      kind: "invalid",
    });
    await removeGateway(admin, { gatewayId, confirm: "Frankfurt" });
    expect((await ask(made.token)).status).toBe(401);
  });
});

describe("what a gateway is told", () => {
  test("a parent proxy with its password, which is kept sealed and stays while nobody writes another", async () => {
    const change = (over: Record<string, string>) =>
      changeGateway(
        operator,
        ChangeGatewayInput.parse({
          ...{ gatewayId: made.gatewayId, bufferGigabytes: "2.5", bufferDays: "7", crossingsKeptDays: "90" },
          ...over,
        }),
      );
    const parentProxyUrl = "http://proxy.example.com:3128";
    await change({ parentProxyUrl, parentProxyUser: "sallyport", parentProxyPassword: "a: long password" });
    const authorization = `Basic ${Buffer.from("sallyport:a: long password").toString("base64")}`;
    expect(await told()).toMatchObject({
      parent_proxy: { url: parentProxyUrl, authorization },
      buffer: { max_bytes: 2_500_000_000, max_age_seconds: 604_800 },
      crossings_kept_days: 90,
    });
    await change({ parentProxyUrl, parentProxyUser: "", parentProxyPassword: "" });
    expect((await told()).parent_proxy?.authorization).toBe(authorization);
    await change({ parentProxyUrl: "" });
    await change({ parentProxyUrl });
    expect((await told()).parent_proxy).toEqual({ url: parentProxyUrl, authorization: null });
    const kept = await everything();
    expect(kept).not.toContain("long password");
    expect(kept).not.toContain(authorization);
  });

  test("a client's token by its hash, two while they overlap; a revoked client not at all", async () => {
    const { clientId, token } = await client({ token: "on", networks: "10.0.0.0/8 192.0.2.7" });
    expect((await told()).clients).toEqual([
      {
        ...{
          id: clientId,
          name: "Billing",
          networks: ["10.0.0.0/8", "192.0.2.7/32"],
          certificate_sha256: [],
        },
        token_sha256: [sha256(token ?? "")],
      },
    ]);
    const second = await rotateClientToken(operator, { clientId, overlap: "day" }, NOW);
    const hashes = async (at: Date) => (await told(made.token, at)).clients[0]?.token_sha256;
    expect(await hashes(NOW)).toEqual([sha256(second.token), sha256(token ?? "")]);
    expect(await hashes(after(86_400))).toEqual([sha256(second.token)]);
    await revokeClient(operator, { clientId }, NOW);
    expect((await told()).clients).toEqual([]);
  });

  test("a client is known by a certificate's hash as people copy it; by nothing it is none", async () => {
    const hash = `${"AB:".repeat(31)}AB`;
    await client({ certificateSha256: `SHA256:${hash}` });
    expect((await told()).clients[0]?.certificate_sha256).toEqual(["ab".repeat(32)]);
    const bare = { gatewayId: made.gatewayId, name: "Billing" };
    expect(CreateClientInput.safeParse(bare).error?.issues[0]?.message).toContain("by what it is known");
    for (const wrong of [{ networks: "10.0.0.1/8" }, { networks: "office" }, { certificateSha256: "12:34" }])
      expect(CreateClientInput.safeParse({ ...bare, ...wrong }).success).toBe(false);
  });

  test("no token is kept or shown again, and each change is in the log", async () => {
    const { token } = await client({ token: "on" });
    const kept = await everything();
    for (const secret of [made.token, token ?? "none"]) expect(kept).not.toContain(secret);
    const { body } = await takeConfiguration(operator, site.deploymentId, NOW);
    expect(readConfiguration(body, null).configuration.clients).toHaveLength(1);
    const { deploymentId } = site;
    for (const [actor, kind] of [
      [anActor("operator", [newId("cus")]), "not_found"],
      [anActor("auditor"), "forbidden"],
    ] as const)
      await expect((async () => takeConfiguration(actor, deploymentId))()).rejects.toMatchObject({ kind });
    const events = await asSystem("a test reads the log", (tx) =>
      tx.auditEvent.findMany({ where: { deploymentId: site.deploymentId }, orderBy: { id: "asc" } }),
    );
    expect(events.map(({ action, targetName }) => [action, targetName])).toEqual([
      ["gateway.create", "Frankfurt"],
      ["gateway_client.create", "Billing"],
      ["gateway.take_configuration", "Frankfurt"],
    ]);
  });
});

test("what is sent and makes no sense is named by its place, without its value; what is too much is not read", async () => {
  const send = async (body: string | ReadableStream) => {
    const duplex = { duplex: "half" } as object;
    const request = new Request("http://console.example/", { method: "POST", body, ...duplex });
    return await readBody(request, GatewayReport).catch((error: Error) => error.message);
  };
  expect(await send("{")).toContain("not JSON");
  expect(await send(JSON.stringify({ gateway: 7, version: "secret" }))).toMatch(/gateway: .*store_id/);
  let pulled = 0;
  const endless = new ReadableStream({
    pull(controller) {
      pulled += 1;
      controller.enqueue(new Uint8Array(1_048_576));
    },
  });
  expect(await send(endless)).toContain("8 MB");
  expect(pulled).toBeLessThan(12);
});

async function client(over: Record<string, string>) {
  return await createClient(
    operator,
    CreateClientInput.parse({ gatewayId: made.gatewayId, name: "Billing", ...over }),
  );
}

function everything(): Promise<string> {
  return asSystem("a test looks everywhere", async (tx) =>
    JSON.stringify(
      [
        await tx.gateway.findMany(),
        await tx.gatewayClient.findMany(),
        await tx.auditEvent.findMany({ where: { deploymentId: site.deploymentId } }),
      ],
      (_, value) => (typeof value === "bigint" ? Number(value) : value),
    ),
  );
}
