import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countFleet, listExpiring, listFailingConnections } from "#lib/overview/queries.ts";
import { closeDatabase, inScope } from "#lib/platform/db.ts";
import { search } from "#lib/search/queries.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";

const owner = anActor();
const now = new Date("2026-03-03T12:00:00Z");
const inDays = (days: number) => new Date(now.getTime() + days * DAY_MS);

beforeAll(async () => {
  await testDatabase();
  await aSite("harbour", { certificate: inDays(-1), failures: 3, keyExpires: inDays(10) });
  await aSite("meadow", { certificate: inDays(20), failures: 0, keyExpires: inDays(60) });
  await aSite("summit", { certificate: inDays(400), failures: 0, keyExpires: null });
});
afterAll(closeDatabase);

describe("the fleet at a glance", () => {
  test("counts each site once, under the worst that is true of it", async () => {
    const fleet = await countFleet(owner, 8, now);
    expect(fleet).toMatchObject({ customers: 3, deployments: 3 });
    expect(fleet.health).toEqual({ failing: 1, degraded: 1, unknown: 0, setting_up: 0, healthy: 1 });
  });

  test("is another customer's only as far as they may see", async () => {
    const fleet = await countFleet(anActor("customer_admin", ["cus_summit"]), 8, now);
    expect(fleet).toMatchObject({ customers: 1, deployments: 1, health: { failing: 0, healthy: 1 } });
    expect(fleet.worst).toEqual([]);
  });

  test("names the worst first, as many as are asked for", async () => {
    const { worst } = await countFleet(owner, 8, now);
    expect(worst.map(({ name, health }) => `${name}: ${health}`)).toEqual([
      "harbour site: failing",
      "meadow site: degraded",
    ]);
    expect((await countFleet(owner, 1, now)).worst.map(({ name }) => name)).toEqual(["harbour site"]);
  });
});

describe("what expires", () => {
  test("lists what has ended and what ends within 30 days, the first to end first", async () => {
    const { rows, total } = await listExpiring(owner, 10, now);
    expect(rows.map(({ kind, customerName }) => `${kind} ${customerName}`)).toEqual([
      "certificate harbour",
      "key harbour",
      "certificate meadow",
    ]);
    expect(total).toBe(3);
  });

  test("cuts the list, and still says how many there are", async () => {
    const { rows, total } = await listExpiring(owner, 1, now);
    expect([rows.length, total]).toEqual([1, 3]);
  });

  test("shows no key to a role that may not read keys", async () => {
    const { rows } = await listExpiring(anActor("auditor"), 10, now);
    expect(rows.map(({ kind }) => kind)).toEqual(["certificate", "certificate"]);
  });

  test("of another customer is not there", async () => {
    const { rows, total } = await listExpiring(anActor("customer_admin", ["cus_summit"]), 10, now);
    expect([rows, total]).toEqual([[], 0]);
  });
});

describe("failing connections", () => {
  test("are those through which a sign-in failed in the last day", async () => {
    const { rows, total } = await listFailingConnections(owner, 10);
    expect(rows).toMatchObject([{ name: "harbour SSO", failures24h: 3, deploymentName: "harbour site" }]);
    expect(total).toBe(1);
  });

  test("of another customer are not there", async () => {
    const stranger = anActor("customer_admin", ["cus_summit"]);
    expect(await listFailingConnections(stranger, 10)).toEqual({ rows: [], total: 0 });
  });
});

describe("searching from anywhere", () => {
  test("finds customers and deployments by a part of their name, whatever its case", async () => {
    expect((await search(owner, "HARB")).map(({ kind, href }) => [kind, href])).toEqual([
      ["customer", "/customers/cus_harbour"],
      ["deployment", "/deployments/dep_harbour"],
    ]);
  });

  test("takes a percent sign for a percent sign", async () => {
    expect(await search(owner, "%%")).toEqual([]);
  });

  test("finds nothing of another customer", async () => {
    expect(await search(anActor("customer_admin", ["cus_summit"]), "harb")).toEqual([]);
  });
});

interface SiteFacts {
  certificate: Date;
  failures: number;
  keyExpires: Date | null;
}

async function aSite(name: string, { certificate, failures, keyExpires }: SiteFacts): Promise<void> {
  const [customerId, deploymentId, environmentId] = [`cus_${name}`, `dep_${name}`, `env_${name}`];
  await inScope(owner, async (tx) => {
    await tx.customer.create({ data: { id: customerId, name, slug: name } });
    await tx.deployment.create({
      data: { id: deploymentId, customerId, name: `${name} site`, mode: "connected", lastHeardAt: now },
    });
    await tx.environment.create({
      data: {
        id: environmentId,
        customerId,
        deploymentId,
        name: "Production",
        kind: "production",
        driver: "offline",
        state: "active",
      },
    });
    await tx.apiKey.create({
      data: {
        id: `key_${name}`,
        customerId,
        environmentId,
        name: "application",
        hint: "…0000",
        createdById: owner.id,
        expiresAt: keyExpires,
      },
    });
    await tx.connection.create({
      data: {
        id: `conn_${name}`,
        customerId,
        deploymentId,
        environmentId,
        type: "GenericSAML",
        name: `${name} SSO`,
        state: "active",
        certificateExpiresAt: certificate,
        failures24h: failures,
        syncedAt: now,
        createdAt: now,
      },
    });
  });
}
