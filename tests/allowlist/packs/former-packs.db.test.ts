import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packChanges } from "#lib/allowlist/packs/changes.ts";
import type { PackAnswers } from "#lib/allowlist/packs/questions.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { newId } from "#lib/shared/ids.ts";
import type { TestDatabase } from "#tests/support/cluster.ts";
import { testDatabase } from "#tests/support/database.ts";

const MIGRATION = new URL(
  "../../../prisma/migrations/20261128064800_former_packs/migration.sql",
  import.meta.url,
);
const HTTPS = { direction: "egress", protocol: "tcp", portFrom: 443, portTo: 443 } as const;
const API: TestRule = { ...HTTPS, peerKind: "address_set", peer: "cloudflare", hosts: ["api.workos.com"] };
const PAGES: TestRule = {
  ...API,
  carriedBy: "user_browser",
  hosts: ["auth.workos.com", "setup.workos.com", "cdn.workos.com"],
};
const BACK: TestRule = {
  ...HTTPS,
  direction: "ingress",
  peerKind: "cidr",
  peer: "198.51.100.0/24",
  carriedBy: "user_browser",
};
const SENDERS: TestRule = { ...API, direction: "ingress", peer: "workos-senders", hosts: [] };
const DNS: TestRule = {
  ...HTTPS,
  protocol: "udp",
  portFrom: 53,
  portTo: 53,
  peerKind: "cidr",
  peer: "192.0.2.53/32",
};
const NTP: TestRule = { ...DNS, portFrom: 123, portTo: 123, peerKind: "fqdn", peer: "time.example.com" };
const CONNECTED = { purpose: "A door of the mode's pack", pack: "workos-connected" };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(closeDatabase);

test("rules of a mode's pack become those of the capabilities that they were for, and nothing opens or closes", async () => {
  const site = await deployment("connected");
  const ids = await rulesOf(site, [
    API,
    PAGES,
    BACK,
    { ...BACK, peer: "198.51.101.0/24" },
    SENDERS,
    DNS,
    { ...DNS, protocol: "tcp" },
    NTP,
  ]);
  await migrateRules();
  const { rules, capabilities } = await read(site);
  expect(ids.map((id) => rules.find((rule) => rule.id === id)?.pack)).toEqual([
    ...["sign-in", "sign-in-pages", "sign-in-pages", "sign-in-pages", "webhooks", "dns", "dns", "time"],
  ]);
  const answers = Object.fromEntries(capabilities.map((row) => [row.capability, row.answers]));
  expect(answers).toEqual({
    "sign-in": {},
    "sign-in-pages": { userNetworks: ["198.51.100.0/24", "198.51.101.0/24"] },
    ...{ "events-polling": {}, "directory-sync": {}, "admin-portal": {} },
    ...{ webhooks: {}, actions: {}, "log-streams": {} },
    ...{ dns: { dnsResolvers: ["192.0.2.53/32"] }, time: { timeServers: ["time.example.com"] } },
  });
  const state = {
    capabilities: new Map(
      capabilities.map(({ capability, packVersion, answers: said }) => {
        return [capability, { packVersion, answers: said as Record<string, string[]> }];
      }),
    ),
    rules: new Map(
      rules.map(({ id, carriedBy, ...rule }) => [
        id,
        { ...rule, carriedBy: carriedBy as "application", expiresAt: null },
      ]),
    ),
  };
  for (const [capability, { packVersion, answers: said }] of state.capabilities) {
    const wanted = { packVersion, answers: said as PackAnswers };
    const terms = { now: new Date(), newRuleId: () => newId("rule") };
    expect(packChanges(state, capability, wanted, terms)).toEqual([]);
  }
});

test("a site with calls out only has what calls out are for", async () => {
  const site = await deployment("restricted");
  await rulesOf(site, [{ ...API, pack: "workos-restricted" }]);
  await migrateRules();
  const { capabilities } = await read(site);
  expect(capabilities.map(({ capability }) => capability).sort()).toEqual([
    ...["directory-sync", "events-polling", "sign-in"],
  ]);
});

test("a rule that somebody changed is theirs; one that is retired, or never was a pack's, is left as it was", async () => {
  const site = await deployment("connected");
  const ids = await rulesOf(site, [
    { ...API, portFrom: 8443, portTo: 8443 },
    { ...API, retiredAt: new Date() },
    { ...API, pack: null },
  ]);
  await migrateRules();
  const { rules, capabilities } = await read(site);
  expect(capabilities).toEqual([]);
  expect(ids.map((id) => rules.find((rule) => rule.id === id)?.pack)).toEqual([
    null,
    "workos-connected",
    null,
  ]);
});

/** The data's part of the migration, once more: the schema's part stands already. */
async function migrateRules(): Promise<void> {
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  try {
    await admin.query(readFileSync(MIGRATION, "utf8"));
  } finally {
    await admin.end();
  }
}

interface Site {
  customerId: string;
  deploymentId: string;
}

function deployment(mode: "connected" | "restricted"): Promise<Site> {
  const customerId = newId("cus");
  const deploymentId = newId("dep");
  return asSystem("a test's site", async (tx) => {
    await tx.customer.create({
      data: { id: customerId, name: customerId, slug: customerId.toLowerCase() },
    });
    await tx.deployment.create({ data: { id: deploymentId, customerId, name: deploymentId, mode } });
    return { customerId, deploymentId };
  });
}

type TestRule = Partial<Prisma.AllowlistRuleCreateManyInput> &
  Pick<Prisma.AllowlistRuleCreateManyInput, "direction" | "protocol" | "peerKind" | "peer">;

async function rulesOf(site: Site, rules: readonly TestRule[]): Promise<string[]> {
  const data = rules.map((rule) => ({ ...CONNECTED, ...rule, ...site, id: newId("rule") }));
  await asSystem("a test's rules", (tx) => tx.allowlistRule.createMany({ data }));
  return data.map(({ id }) => id);
}

function read({ deploymentId }: Site) {
  return asSystem("what the migration made", async (tx) => ({
    rules: await tx.allowlistRule.findMany({ where: { deploymentId } }),
    capabilities: await tx.deploymentCapability.findMany({ where: { deploymentId } }),
  }));
}
