import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { eventSentence } from "#lib/audit/words.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { operationKinds } from "#lib/operations/kinds.ts";
import { withdrawLeft } from "#lib/platform/attended.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { carryOutDue, writeOperation } from "#lib/platform/outbox.ts";
import {
  activateOwnRoles,
  beginScim,
  changeLdapDirectory,
  createLdapDirectory,
  draftOwnRoles,
  rotateOwnToken,
} from "#lib/portal/directory/commands.ts";
import { ChangeLdapSourceInput, CreateLdapInput } from "#lib/portal/directory/schema.ts";
import { createLdapSignIn } from "#lib/portal/ldap/commands.ts";
import { CreateLdapSignInInput } from "#lib/portal/ldap/schema.ts";
import { refusalIn } from "#lib/portal/refusals.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { beginConnection } from "#lib/portal/sign-in/commands.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import type { AppError } from "#lib/shared/errors.ts";
import { type Site, startSite, type Trouble } from "#tests/environments/a-site.ts";
import { aSetup } from "#tests/support/a-setup.ts";
import { anActor } from "#tests/support/actors.ts";

// Whoever follows a set-up link sits at a form: what their site does not answer now is not done behind their back later, and what
// they are told is true whether or not it had arrived.

let site: Site;
let environmentId = "";

beforeAll(async () => {
  site = await startSite();
  const owner = anActor();
  const [service] = await listServicesFor(owner, site.customerId);
  ({ environmentId } = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  }));
});
afterAll(async () => {
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

/** However often it is tried. */
const spoil = (trouble: Trouble) => site.line.spoil(...Array<Trouble>(40).fill(trouble));
const LDAP = {
  ...{ kind: "standard", servers: "ldaps://127.0.0.1:9", bindDn: "cn=x", baseDn: "dc=x" },
  ...{ intervalMinutes: "15", bindPassword: "secret" },
};
const atSite = async () => {
  const driver = await driverOf(environmentId);
  const [directories, connections] = await Promise.all([
    driver.listDirectories(null),
    driver.listConnections(null),
  ]);
  return { directories: directories.items.length, connections: connections.items.length };
};
const refused = async (work: Promise<unknown>): Promise<AppError> =>
  await work.then(
    () => Promise.reject(new Error("It was done.")),
    (error: AppError) => error,
  );
const operationsOf = (setup: Setup) =>
  asSystem("a test reads operations", (tx) =>
    tx.operation.findMany({ where: { actorId: setup.actor.id }, orderBy: { createdAt: "asc" } }),
  );
const outcomesOf = (setup: Setup, action: string) =>
  asSystem("a test reads the record", async (tx) => {
    const where = { actorId: setup.actor.id, action };
    const found = await tx.auditEvent.findMany({ where, orderBy: { id: "asc" } });
    return found.map(({ detail }) => (detail as { outcome?: string }).outcome);
  });
/** Whatever is due by tomorrow is tried now, as the worker would. */
const letTheWorkerCome = async () => {
  await asSystem("a test lets time pass", (tx) =>
    tx.operation.updateMany({ data: { nextAttemptAt: new Date(0) } }),
  );
  return await carryOutDue(operationKinds, 1_000);
};

const EACH: [string, string, string[], (setup: Setup) => Promise<unknown>][] = [
  ["a SCIM directory", "directory.create", ["dsync"], (of) => beginScim(of, { guideId: "scim-okta" })],
  [
    "an LDAP directory",
    "directory.create",
    ["dsync"],
    (of) => createLdapDirectory(of, CreateLdapInput.parse(LDAP)),
  ],
  ["a connection", "connection.create", ["sso"], (of) => beginConnection(of, { guideId: "okta" })],
  [
    "an LDAP sign-in",
    "connection.create",
    ["sso"],
    (of) => {
      const { intervalMinutes: _none, ...ldap } = LDAP;
      const input = { ...ldap, groups: "none", guideId: "openldap" };
      return createLdapSignIn(of, CreateLdapSignInInput.parse(input));
    },
  ],
];

test.each(EACH)(
  "%s that a silent site is asked for is not made later, and the form says so",
  async (_what, action, purposes, make) => {
    const setup = await aSetup(environmentId, "Silent", ...purposes);
    const before = await atSite();
    spoil("down");
    const error = await refused(make(setup));
    expect(error.kind).toBe("unavailable");
    expect(error.message).toMatch(
      /could not be reached: .* It is not tried again by itself\. Should it have/,
    );
    const german = refusalIn("de", error.message, error.said);
    expect(german).toMatch(/war nicht zu erreichen: .* Von selbst wird es nicht noch einmal versucht\./);
    const [operation] = await operationsOf(setup);
    expect(operation).toMatchObject({ state: "failed", inputSealed: null, finishedAt: expect.any(Date) });
    expect(await outcomesOf(setup, action)).toEqual(["asked", "unanswered"]);
    site.line.spoil();
    expect(await letTheWorkerCome()).toEqual({ done: 0, failed: 0 });
    expect(await atSite()).toEqual(before);
    // It answers again, and so does the form.
    await make(setup);
    expect(await outcomesOf(setup, action)).toEqual(["asked", "unanswered", "asked", "done"]);
    const now = await atSite();
    expect(now.directories + now.connections).toBe(before.directories + before.connections + 1);
  },
);

test.each(EACH)(
  "%s that was made although its answer was lost is not made a second time",
  async (_what, action, purposes, make) => {
    const setup = await aSetup(environmentId, "Lost", ...purposes);
    const before = await atSite();
    spoil("lost");
    expect((await refused(make(setup))).message).toContain("Should it have arrived all the same");
    site.line.spoil();
    const between = await atSite();
    expect(between.directories + between.connections).toBe(before.directories + before.connections + 1);
    await make(setup);
    expect(await atSite()).toEqual(between);
    expect(await outcomesOf(setup, action)).toEqual(["asked", "unanswered", "asked", "done"]);
    expect(await operationsOf(setup)).toMatchObject([{ state: "done", withdrawnAt: null }]);
  },
);

test("a change of a directory that gets no answer stays as it was, and the next one is what counts", async () => {
  const setup = await aSetup(environmentId, "Changing", "dsync");
  const { directoryId } = await createLdapDirectory(setup, CreateLdapInput.parse(LDAP));
  const change = (userFilter: string) =>
    changeLdapDirectory(setup, ChangeLdapSourceInput.parse({ ...LDAP, directoryId, userFilter }));
  spoil("down");
  await refused(change("(uid=first)"));
  site.line.spoil();
  await change("(uid=second)");
  expect(await letTheWorkerCome()).toEqual({ done: 0, failed: 0 });
  const { directories } = await driverOf(environmentId);
  expect((await directories?.describe(directoryId))?.source?.ldap.userFilter).toBe("(uid=second)");
  expect(await outcomesOf(setup, "directory.change")).toEqual(["asked", "unanswered", "asked", "done"]);
});

test("a token and roles that get no answer are on record as that, and as refused where they were", async () => {
  const setup = await aSetup(environmentId, "Roles", "dsync");
  const { directoryId } = await beginScim(setup, { guideId: "scim-okta" });
  spoil("down");
  await refused(rotateOwnToken(setup, { directoryId, overlap: "24" }));
  await refused(draftOwnRoles(setup, { directoryId, mappings: [] }));
  await refused(activateOwnRoles(setup, { directoryId, version: 1 }));
  site.line.spoil();
  expect(await letTheWorkerCome()).toEqual({ done: 0, failed: 0 });
  const missing = [{ groupId: "directory_group_gone", role: "member" }];
  await refused(draftOwnRoles(setup, { directoryId, mappings: missing }));
  expect(await outcomesOf(setup, "directory.rotate_token")).toEqual(["asked", "unanswered"]);
  expect(await outcomesOf(setup, "directory.activate_roles")).toEqual(["asked", "unanswered"]);
  expect(await outcomesOf(setup, "directory.draft_roles")).toEqual([
    ...["asked", "unanswered"],
    ...["asked", "refused"],
  ]);
  const told = eventSentence({
    ...{ action: "directory.rotate_token", actorName: "The link", targetType: "directory", targetId: "d" },
    ...{ targetName: "Okta", detail: { outcome: "unanswered" } },
  });
  expect(told).toBe("The link had no answer about a new token of the directory Okta.");
});

test("what a console left behind that died is withdrawn and not carried out", async () => {
  const { actor, customerId, deploymentId, organizationId } = await aSetup(environmentId, "Left", "dsync");
  const input = {
    ...{ organization: { id: organizationId }, type: "okta scim v2.0", name: "Left" },
    options: { deactivated: "delete", provisioning: true },
  };
  const id = await asSystem("a test leaves an errand behind", (tx) =>
    writeOperation(tx, actor, {
      ...{ kind: "directory.create", customerId, deploymentId, environmentId, targetId: "draft_left" },
      ...{ input, secret: "a password", attended: true },
    }),
  );
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  expect(await withdrawLeft(operationKinds, minutes(4))).toEqual({ withdrawn: 0 });
  expect(await withdrawLeft(operationKinds, minutes(6))).toEqual({ withdrawn: 1 });
  expect(await letTheWorkerCome()).toEqual({ done: 0, failed: 0 });
  const [operation, event] = await asSystem("a test looks what became of it", (tx) =>
    Promise.all([
      tx.operation.findUniqueOrThrow({ where: { id } }),
      tx.auditEvent.findFirstOrThrow({ where: { targetId: "draft_left" } }),
    ]),
  );
  expect(operation).toMatchObject({ state: "failed", inputSealed: null, finishedAt: expect.any(Date) });
  expect(event).toMatchObject({ action: "directory.create", detail: { outcome: "unanswered" } });
});
