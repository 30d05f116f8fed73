import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { linkActor } from "#lib/access/actor.ts";
import type { Purpose } from "#lib/access/permissions.ts";
import { DoctorPlan } from "#lib/doctor/plan.ts";
import { findOwnReport, listRedirectUriProofs } from "#lib/doctor/queries.ts";
import { PATIENCE } from "#lib/drivers/transport.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { hasWordsFor } from "#lib/portal/firewall/codes.ts";
import { bringPortalReport, showDoors, takePortalDoctor } from "#lib/portal/firewall/commands.ts";
import { listDoors } from "#lib/portal/firewall/doors.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { newId } from "#lib/shared/ids.ts";
import { aWorld, type World } from "#tests/access/world.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleReport } from "#tests/support/doctor-report.ts";

const ROOT = join(import.meta.dirname, "../..");
let mine: World;
let theirs: World;

beforeAll(async () => {
  PATIENCE.sleep = async () => undefined;
  await promisify(execFile)(process.execPath, ["lib/cli/bundle-doctor.ts"], { cwd: ROOT });
  await testDatabase();
  mine = await aWorld();
  theirs = await aWorld();
});
afterAll(closeDatabase);

/** An opened set-up link of this customer's deployment. */
function setupOf(world: World, purposes: Purpose[] = ["dsync"]): Setup {
  const { customerId, deploymentId, environmentId, setupLinkId } = world;
  return {
    actor: linkActor({ id: setupLinkId, name: "Set-up link", customerId, purposes, ip: null }),
    ...{ linkId: setupLinkId, customerId, deploymentId, environmentId, purposes },
    ...{ organizationId: "org_1", organizationName: "Contoso", expiresAt: new Date(Date.now() + 60_000) },
    ...{ createdByName: "Somebody", note: "", progress: {}, returnUrl: null, successUrl: null },
  };
}

const PACK_RULE = {
  direction: "egress",
  protocol: "tcp",
  portFrom: 443,
  portTo: 443,
  peerKind: "address_set",
  peer: "cloudflare",
} as const;

describe("the doors", () => {
  test("are those of the set-up's deployment, with what each is for and what stops without it", async () => {
    const { customerId, deploymentId } = mine;
    const id = newId("rule");
    await asSystem("a test opens a door", (tx) =>
      tx.allowlistRule.create({
        data: {
          id,
          customerId,
          deploymentId,
          ...PACK_RULE,
          purpose: "Call the WorkOS API",
          pack: "sign-in",
          hosts: ["api.workos.com"],
        },
      }),
    );
    const { doors, more } = await listDoors(setupOf(mine));
    expect(more).toBe(0);
    expect(doors.find((door) => door.id === id)).toMatchObject({
      kind: "api",
      names: ["api.workos.com"],
      opens: "tcp 443 → Cloudflare",
    });
    expect(doors.find((door) => door.id === mine.ruleId)).toMatchObject({
      kind: null,
      purpose: "A door that a test opens",
    });
    expect(JSON.stringify(doors)).not.toContain(theirs.ruleId);
  });

  test("are shown in a format, which is on record as the link's doing", async () => {
    const setup = setupOf(mine);
    const { body } = await showDoors(setup, { format: "csv" });
    expect(body).toContain(mine.ruleId);
    const event = await asSystem("a test reads the log", (tx) =>
      tx.auditEvent.findFirst({ where: { action: "allowlist.export", actorId: setup.actor.id } }),
    );
    expect(event).toMatchObject({ actorKind: "link", deploymentId: mine.deploymentId });
  });

  test("a link that is for nothing opens no page of them", async () => {
    await expect(listDoors(setupOf(mine, []))).rejects.toMatchObject({ kind: "forbidden" });
    await expect(listDoors({ ...setupOf(mine), deploymentId: theirs.deploymentId })).rejects.toMatchObject({
      kind: "not_found",
    });
  });
});

describe("the doctor in the portal", () => {
  test("looks at the set-up's own environment and organization alone", async () => {
    const other = { customerId: mine.customerId, deploymentId: mine.deploymentId };
    const environmentId = newId("env");
    const uriId = newId("uri");
    await asSystem("a test makes another environment", async (tx) => {
      await tx.environment.create({
        data: {
          id: environmentId,
          ...other,
          name: "Staging",
          kind: "staging",
          driver: "offline",
          state: "active",
          baseUrl: "https://staging.example",
        },
      });
      await tx.redirectUri.create({
        data: {
          id: uriId,
          customerId: mine.customerId,
          environmentId,
          uri: "https://staging.example/callback",
        },
      });
    });
    const { body } = await takePlan(setupOf(mine));
    expect(body.redirectUris.map(({ id }) => id)).toEqual([mine.redirectUriId]);
    expect(JSON.stringify(body)).not.toContain("staging.example");

    const report = exampleReport({ id: crypto.randomUUID(), machine: "inside.example" });
    const [about] = report.checks.filter(({ redirectUriId }) => redirectUriId !== null);
    if (!about) throw new Error("The example is about a redirect URI.");
    const checks = [mine.redirectUriId, uriId].map((redirectUriId) => ({
      ...about,
      id: redirectUriId,
      redirectUriId,
    }));
    const content = JSON.stringify({
      ...report,
      checks,
      deployment: { ...report.deployment, id: mine.deploymentId },
    });
    expect(await bringPortalReport(setupOf(mine), { content })).toBe("done");
    const proofs = await listRedirectUriProofs(anActor(), [mine.redirectUriId, uriId]);
    expect(Object.keys(proofs)).toEqual([mine.redirectUriId]);
    expect(await bringPortalReport(setupOf(mine), { content })).toBe("known");
  });

  test("a report that is none, is cut short, or is about another site is told apart, and not kept", async () => {
    const setup = setupOf(theirs);
    const whole = exampleReport();
    const contents = {
      no_json: "{",
      no_report: "{}",
      plan: '{"format":"sallyport-doctor-plan/v1"}',
      damaged: JSON.stringify({ ...whole, checks: 1 }),
      other: JSON.stringify({ ...whole, deployment: { ...whole.deployment, id: mine.deploymentId } }),
    };
    for (const [said, content] of Object.entries(contents))
      expect.soft(await bringPortalReport(setup, { content }), said).toBe(said);
    expect(await findOwnReport(setup.actor, theirs.deploymentId)).toBeNull();
  });

  test("shows the link its own report, and nobody else's", async () => {
    const world = await aWorld();
    const setup = setupOf(world);
    expect(await findOwnReport(setup.actor, world.deploymentId)).toBeNull();
    const report = exampleReport({ id: crypto.randomUUID() });
    const content = JSON.stringify({
      ...report,
      deployment: { ...report.deployment, id: world.deploymentId },
    });
    await bringPortalReport(setup, { content });
    const found = await findOwnReport(setup.actor, world.deploymentId);
    expect(found?.troubles.map(({ outcome }) => outcome)).toEqual(["failed", "warning"]);
  });
});

test("the portal has words for everything that the doctor may find wrong", () => {
  const source = globSync("lib/doctor/{checks/*,run}.ts", { cwd: ROOT })
    .map((path) => readFileSync(join(ROOT, path), "utf8"))
    .join("\n");
  const written = [
    ...source.matchAll(
      /"((?:dns|tcp|tls|idp|ldap|uri|proxy|clock|ntp|disk|port|database|inspection)_[a-z_]+)"/g,
    ),
  ].map(([, code = ""]) => code);
  const codes = [...new Set(written)].filter((code) => !OWNERS.has(code) && !FINE.test(code));
  expect(codes.length).toBeGreaterThan(60);
  expect(codes.filter((code) => !hasWordsFor(code))).toEqual([]);
});

/** Whom to ask: written in the same way. */
const OWNERS = new Set(["dns_team", "proxy_team", "idp_owner"]);
/** Nothing is to be done where these are found. */
const FINE =
  /_(resolves|open|good|right|agrees|unknown|untold|no_address_skipped|connects|none|unseen|metadata|discovery|answers|certificate|binds|room|free|ours|wildcard|application|local)$|^clock_no_address$/;

async function takePlan(setup: Setup): Promise<{ body: DoctorPlan }> {
  const { body } = await takePortalDoctor(setup);
  const [, json = ""] = /^globalThis\.sallyportDoctorPlan=(.*);\n/.exec(body) ?? [];
  return { body: DoctorPlan.parse(JSON.parse(json)) };
}
