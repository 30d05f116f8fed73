import { readFileSync } from "node:fs";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { OUTCOME_LIST } from "#lib/directory-content/schema.ts";
import { createEnvironment } from "#lib/environments/commands.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import {
  activateOwnRoles,
  beginScim,
  changeLdapDirectory,
  createLdapDirectory,
  discardOwnRoles,
  draftOwnRoles,
  findOwnGroups,
  leaveRoles,
  probeLdapDirectory,
  returnOwnRoles,
  rotateOwnToken,
  syncOwnDirectory,
} from "#lib/portal/directory/commands.ts";
import {
  getDirectorySetup,
  listOwnDirectories,
  listOwnOutcomes,
  readOwnRolePlan,
  watchOwnDirectory,
} from "#lib/portal/directory/queries.ts";
import {
  ChangeLdapSourceInput,
  CreateLdapInput,
  ProbeLdapSourceInput,
} from "#lib/portal/directory/schema.ts";
import { changeLdapSignIn, createLdapSignIn, probeLdapSignIn } from "#lib/portal/ldap/commands.ts";
import {
  ChangeLdapSignInInput,
  CreateLdapSignInInput,
  ProbeLdapSignInInput,
} from "#lib/portal/ldap/schema.ts";
import type { Setup } from "#lib/portal/setup.ts";
import { getSignInSetup } from "#lib/portal/sign-in/queries.ts";
import { listServicesFor } from "#lib/services/queries.ts";
import { type Site, startSite } from "#tests/environments/a-site.ts";
import { aSetup } from "#tests/support/a-setup.ts";
import { anActor } from "#tests/support/actors.ts";
import { person, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

const owner = anActor();
let site: Site;
let setup: Setup;
let other: Setup;
let signIn: Setup;
let slapd: Slapd;

beforeAll(async () => {
  site = await startSite();
  const [service] = await listServicesFor(owner, site.customerId);
  const { environmentId } = await createEnvironment(owner, {
    ...{ driver: "offline", deploymentId: site.deploymentId, name: "Production", kind: "production" },
    serviceId: service?.id ?? "",
  });
  setup = await aSetup(environmentId, "Contoso", "dsync");
  other = await aSetup(environmentId, "Fabrikam", "dsync");
  signIn = await aSetup(environmentId, "Tailspin", "sso");
  if (slapdInstalled()) slapd = await startSlapd([TREE, person("ada"), person("bob")].join("\n"));
});
afterAll(async () => {
  await slapd?.close();
  await site.close();
  await closeDatabase();
});
beforeEach(() => site.line.spoil());

const send = async ({ endpoint, token }: { endpoint: string; token: string }, path: string, body: object) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
  const answer = await fetch(`${endpoint}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, id: ((await answer.json()) as { id: string }).id };
};
const answered = async <Answer extends { state: string }>(live: Promise<Answer>) => {
  const found = await live;
  if (found.state !== "answered") throw new Error(JSON.stringify(found));
  return found as Extract<Answer, { state: "answered" }>;
};

test("customer IT makes an endpoint, watches people arrive, and says which groups give which roles; each step by the link is on record", async () => {
  const made = await beginScim(setup, { guideId: "scim-okta" });
  const { directoryId } = made;
  expect(await listOwnDirectories(setup)).toMatchObject([{ id: directoryId, type: "okta scim v2.0" }]);
  const ada = await send(made, "/Users", { userName: "ada@contoso.example", displayName: "Ada" });
  const group = await send(made, "/Groups", { displayName: "IT", members: [{ value: ada.id }] });
  const { seen } = await answered(watchOwnDirectory(setup, directoryId));
  expect(seen).toMatchObject({ usersActive: 1, groups: 1 });
  expect((await findOwnGroups(setup, { directoryId, search: "it" })).groups).toMatchObject([
    { id: group.id },
  ]);
  await draftOwnRoles(setup, { directoryId, mappings: [{ groupId: group.id, role: "member" }] });
  const { preview } = await answered(readOwnRolePlan(setup, directoryId));
  expect(preview).toMatchObject({ version: 1, gaining: 1 });
  const query = parseListQuery({ change: "any" }, OUTCOME_LIST);
  const { page } = await answered(listOwnOutcomes(setup, directoryId, query));
  expect(page.rows).toMatchObject([{ name: "Ada", after: ["member"] }]);
  await activateOwnRoles(setup, { directoryId, version: 1 });
  expect((await answered(readOwnRolePlan(setup, directoryId))).plan.mappings).toHaveLength(1);
  await returnOwnRoles(setup, { directoryId });
  const rotated = await rotateOwnToken(setup, { directoryId, overlap: "0" });
  expect((await send(made, "/Users", { userName: "late" })).status).toBe(401);
  expect((await send({ ...made, token: rotated.token ?? "" }, "/Users", { userName: "bob" })).status).toBe(
    201,
  );
  const { failures } = (await answered(watchOwnDirectory(setup, directoryId))).seen;
  expect(failures).toMatchObject([{ kind: "token_over" }]);
  const events = await asSystem("a test reads the record", (tx) =>
    tx.auditEvent.findMany({
      where: { actorKind: "link", actorId: setup.actor.id },
      select: { action: true, detail: true },
      orderBy: { id: "asc" },
    }),
  );
  const outcome = (detail: unknown) => (detail as { outcome?: string }).outcome ?? "";
  const askedAndDone = (action: string) => [`${action} asked`, `${action} done`];
  expect(events.map(({ action, detail }) => `${action} ${outcome(detail)}`.trim())).toEqual([
    "setup_link.open",
    ...askedAndDone("directory.create"),
    "setup_link.step",
    ...askedAndDone("directory.draft_roles"),
    ...askedAndDone("directory.activate_roles"),
    "setup_link.step",
    ...askedAndDone("directory.return_roles"),
    ...askedAndDone("directory.rotate_token"),
  ]);
  const kept = await asSystem("a test looks for secrets", (tx) =>
    Promise.all([tx.operation.findMany(), tx.auditEvent.findMany()]),
  );
  expect(JSON.stringify(kept)).not.toContain(made.token);
});

test("another organization's directory is not there, whatever is wanted of it; nor is any through a link for signing in", async () => {
  const { directoryId } = await beginScim(other, { guideId: "scim-generic" });
  const ldap = {
    kind: "standard",
    servers: "ldaps://127.0.0.1:9",
    bindDn: "cn=x",
    baseDn: "dc=x",
    intervalMinutes: "15",
  };
  const each: ((of: Setup) => Promise<unknown>)[] = [
    (of) => rotateOwnToken(of, { directoryId, overlap: "24" }),
    (of) => syncOwnDirectory(of, { directoryId }),
    (of) => findOwnGroups(of, { directoryId, search: "" }),
    (of) => draftOwnRoles(of, { directoryId, mappings: [] }),
    (of) => discardOwnRoles(of, { directoryId }),
    (of) => activateOwnRoles(of, { directoryId, version: 1 }),
    (of) => returnOwnRoles(of, { directoryId }),
    (of) => leaveRoles(of, { directoryId }),
    (of) => changeLdapDirectory(of, ChangeLdapSourceInput.parse({ ...ldap, directoryId })),
    (of) => probeLdapDirectory(of, ProbeLdapSourceInput.parse({ ...ldap, directoryId })),
    (of) => getDirectorySetup(of, directoryId, "en"),
    (of) => watchOwnDirectory(of, directoryId),
    (of) => readOwnRolePlan(of, directoryId),
    (of) => listOwnOutcomes(of, directoryId, parseListQuery({}, OUTCOME_LIST)),
  ];
  for (const reach of each) {
    await expect(reach(setup)).rejects.toMatchObject({ kind: "not_found" });
    await expect(reach(signIn)).rejects.toMatchObject({ kind: "forbidden" });
  }
  await expect(beginScim(signIn, { guideId: "scim-okta" })).rejects.toMatchObject({ kind: "forbidden" });
  await expect(beginScim(setup, { guideId: "okta" })).rejects.toMatchObject({ kind: "not_found" });
});

const server = () => ({
  ...{ kind: "standard", servers: slapd.ldaps, caCertificates: readFileSync(slapd.ca.file, "utf8") },
  ...{ bindDn: SERVICE.dn, bindPassword: SERVICE.password, baseDn: `ou=people,${SUFFIX}` },
});

test.skipIf(!slapdInstalled())(
  "a directory of the customer's own is tried before it is saved, and read once it is",
  async () => {
    const input = { ...server(), intervalMinutes: "15" };
    const wrong = await probeLdapDirectory(
      setup,
      ProbeLdapSourceInput.parse({ ...input, bindPassword: "no" }),
    );
    expect(wrong).toMatchObject({ passed: false, steps: [{ code: "wrong" }, {}, {}] });
    const right = await probeLdapDirectory(setup, ProbeLdapSourceInput.parse(input));
    expect(right).toMatchObject({ passed: true, people: [{ username: "ada" }, { username: "bob" }] });
    const { directoryId } = await createLdapDirectory(setup, CreateLdapInput.parse(input));
    const { bindPassword: _kept, ...later } = input;
    const change = { ...later, directoryId, userFilter: "(uid=ada)" };
    expect((await probeLdapDirectory(setup, ProbeLdapSourceInput.parse(change))).people).toHaveLength(1);
    await changeLdapDirectory(setup, ChangeLdapSourceInput.parse(change));
    const { isLdap, live } = await getDirectorySetup(setup, directoryId, "de");
    expect(isLdap).toBe(true);
    expect((await answered(Promise.resolve(live))).detail.source?.ldap.userFilter).toBe("(uid=ada)");
    await syncOwnDirectory(setup, { directoryId });
  },
);

test.skipIf(!slapdInstalled())(
  "signing in with the customer's own directory is tried, saved as a draft, and changed in one",
  async () => {
    const input = { ...server(), groups: "member_of" };
    const probe = await probeLdapSignIn(
      signIn,
      ProbeLdapSignInInput.parse({ ...input, guideId: "openldap" }),
    );
    expect(probe.passed).toBe(true);
    await expect(probeLdapSignIn(setup, ProbeLdapSignInInput.parse(input))).rejects.toMatchObject({
      kind: "forbidden",
    });
    const made = await createLdapSignIn(
      signIn,
      CreateLdapSignInInput.parse({ ...input, guideId: "openldap" }),
    );
    const { connectionId } = made;
    const { bindPassword: _kept, ...later } = input;
    await changeLdapSignIn(
      signIn,
      ChangeLdapSignInInput.parse({ ...later, connectionId, userFilter: "(uid={username})" }),
    );
    const found = await getSignInSetup(signIn, connectionId, "en");
    expect(found).toMatchObject({ protocol: "ldap", state: "draft", guide: { id: "openldap" } });
    expect(found.waiting).toMatchObject({ missing: null, ldap: { userFilter: "(uid={username})" } });
    const stranger = { ...signIn, organizationId: "org_other" };
    await expect(
      changeLdapSignIn(stranger, ChangeLdapSignInInput.parse({ ...later, connectionId })),
    ).rejects.toMatchObject({ kind: "not_found" });
  },
);
