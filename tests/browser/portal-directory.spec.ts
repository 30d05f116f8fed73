import { readFileSync } from "node:fs";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { entraGroup, entraProvisioning, entraUser } from "#tests/support/entra.ts";
import { makeDeployment, textOf } from "#tests/support/first-steps.ts";
import { keyboardOf } from "#tests/support/keyboard.ts";
import { group, PASSWORD, person, personDn, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { look } from "#tests/support/looks.ts";
import { makeSetupLink, openSetupLink } from "#tests/support/setup-link.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";
import { createTestCa } from "#tests/support/test-ca.ts";

// Customer IT connects its directory from nothing but a link and with nothing but a keyboard: by SCIM, with what Entra sends, by LDAP,
// and for signing in; and every wrong turn on the way.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let slapd: Slapd | null = null;
let owner: Page;
let deploymentUrl = "";
let page: Page;
const scim = { endpoint: "", token: "" };

test.beforeAll(async ({ browser }) => {
  if (slapdInstalled())
    slapd = await startSlapd(
      [TREE, person("ada"), person("grace"), group("keepers", [personDn("ada")])].join("\n"),
    );
  ({ site, owner } = await enterSharedInstallation(browser));
  const name = { customer: "Dry Dock", deployment: "Vault", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, name);
});
test.afterAll(async () => {
  await owner?.context().close();
  await page?.context().close();
  await slapd?.close();
});

const link = async (organization: string, ...purposes: string[]) =>
  (await makeSetupLink(owner, deploymentUrl, { organization, purposes })).url;
const heading = (name: string | RegExp) =>
  expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

const button = (name: string | RegExp) => page.getByRole("button", { name }).first();
const follow = (name: string | RegExp) => page.getByRole("link", { name, exact: true }).first();

test("SCIM, from the link alone: an endpoint and a token that is shown once", async ({ browser }) => {
  page = await openSetupLink(browser, await link("Harbour", "Directory"));
  page.setDefaultTimeout(20_000);
  const { press } = keyboardOf(page);
  await press(follow("Begin"));
  await heading("Which directory do you use?");
  await look(page, "portal-directory-choose");
  await press(page.getByRole("region", { name: "SCIM" }).getByRole("button", { name: /Entra/ }));
  await heading("Connect Microsoft Entra ID");
  await press(button("Make endpoint and token"));
  await expect(page.getByText("Copy the token now")).toBeVisible();
  const [endpoint, token] = await page.locator("main section code.select-all").allTextContents();
  scim.endpoint = endpoint ?? "";
  scim.token = token ?? "";
  expect(scim.endpoint).toMatch(/\/scim\/v2\.0\//);
  await look(page, "portal-directory-connect");
  await press(button("Both are entered there"));
  await heading("The first sync");
  await expect(page.getByText("Nothing has been heard from Microsoft Entra ID yet")).toBeVisible();
  await look(page, "portal-directory-waiting");
});

const somebody = (name: string, given: string, family: string) =>
  entraUser(name, "harbour.example", given, family);

test("the first sync is watched as it happens; what is wrong with it is said with its mend", async () => {
  expect(await entraProvisioning(scim.endpoint, "not-the-token").testConnection()).toBe(401);
  await expect(page.getByText(/none of this directory’s/)).toBeVisible();
  const entra = entraProvisioning(scim.endpoint, scim.token);
  expect(await entra.testConnection()).toBe(200);
  const ada = await entra.provisionUser(somebody("ada", "Ada", "Lovelace"));
  const left = await entra.provisionUser(somebody("charles", "Charles", "Babbage"));
  await entra.provisionUser(somebody("grace", "Grace", "Hopper"));
  expect(await entra.makeUserAgain(somebody("ada", "Ada", "Lovelace"))).toBe(409);
  await entra.provisionGroup(entraGroup("IT department", "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159"), [ada]);
  // No press: the page looks by itself.
  await expect(page.getByText("Ada Lovelace")).toBeVisible();
  await expect(page.getByText("IT department")).toBeVisible();
  await expect(page.getByText(/sent a second time/)).toBeVisible();
  await look(page, "portal-directory-watch");
  const people = page.locator("main").getByRole("definition").first();
  await expect(people).toHaveText("3");
  expect(await entra.disable(left)).toBe(200);
  await expect(people).toHaveText("2");
});

test("which groups give which roles is prepared, looked at, switched on, and put back", async () => {
  const { press, write } = keyboardOf(page);
  await press(follow("Next: who gets which role"));
  await heading("Who gets which role");
  await write(page.getByRole("searchbox", { name: "Find a group" }), "depart");
  await press(button("Add IT department"));
  await expect(page.getByRole("combobox", { name: "Role for IT department" })).toBeVisible();
  await look(page, "portal-directory-roles-edit");
  await press(button("Preview"));
  await expect(page.getByText("The roles of one person change. Nobody loses a role.")).toBeVisible();
  await expect(page.getByText("ada@harbour.example")).toBeVisible();
  await expect(page.getByText("grace@harbour.example")).toBeHidden();
  await look(page, "portal-directory-roles-preview");
  await press(button("Switch on"));
  await expect(button("Go back to what was before")).toBeVisible();
  await press(follow("Done"));
  await heading(/is connected/);
  await look(page, "portal-directory-done");
});

test("the token is replaced, and what comes with the old one is told apart", async () => {
  const { press, reach } = keyboardOf(page);
  await press(follow("Endpoint and token"));
  await heading("Connect Microsoft Entra ID");
  expect(await page.content()).not.toContain(scim.token);
  const overlap = page.getByLabel("The old one goes on working for");
  await reach(overlap);
  await page.keyboard.press("Space");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(overlap.locator("option:checked")).toHaveText("not at all");
  await press(button("Make a new token"));
  await expect(page.getByText("Copy the token now")).toBeVisible();
  const old = entraProvisioning(scim.endpoint, scim.token);
  scim.token = await textOf(page.locator("main section code.select-all").nth(1));
  expect(await old.testConnection()).toBe(401);
  await entraProvisioning(scim.endpoint, scim.token).provisionUser(somebody("new", "New", "Comer"));
  await press(button("Both are entered there"));
  await expect(page.getByText(/a token that has been replaced/)).toBeVisible();
});

test("another customer's link does not find this directory", async ({ browser }) => {
  const theirs = page.url();
  const theirDeployment = { customer: "Other Dock", deployment: "Quay", environment: "Production" } as const;
  const elsewhere = await makeDeployment(owner, site, theirDeployment);
  const { url } = await makeSetupLink(owner, elsewhere, {
    organization: "Other Dock",
    purposes: ["Directory"],
  });
  const stranger = await openSetupLink(browser, url);
  await stranger.goto(theirs);
  await expect(stranger.getByRole("heading", { level: 1, name: "There is nothing here" })).toBeVisible();
  await expect(stranger.getByText("Ada Lovelace")).toBeHidden();
  await stranger.context().close();
});

test("the console shows the same people, groups and roles", async () => {
  await owner.goto(`${deploymentUrl}/directories`);
  await owner.getByRole("link", { name: "Harbour Microsoft Entra ID" }).click();
  const tabs = owner.getByRole("navigation", { name: "Directory" });
  await tabs.getByRole("link", { name: "People" }).click();
  await expect(owner.getByRole("table", { name: "People" }).getByText("Ada Lovelace")).toBeVisible();
  await look(owner, "directory-people");
  await tabs.getByRole("link", { name: "Groups" }).click();
  await expect(owner.getByRole("table", { name: "Groups" }).getByText("IT department")).toBeVisible();
  await look(owner, "directory-groups");
  await tabs.getByRole("link", { name: "Roles" }).click();
  await owner.getByRole("button", { name: "Prepare a change" }).click();
  await owner.getByRole("button", { name: "Remove IT department" }).click();
  await owner.getByRole("button", { name: "Preview" }).click();
  await expect(owner.getByText("The roles of 1 of 3 change.")).toBeVisible();
  await look(owner, "directory-roles");
});

const AUTHORITY = "Certificate of the authority that issued theirs";

/** Fills in what the form asks about the test's own OpenLDAP server. */
async function describe(server: Slapd, over: Record<string, string> = {}): Promise<void> {
  const values = {
    Servers: server.ldaps,
    [AUTHORITY]: readFileSync(server.ca.file, "utf8"),
    "Service account": SERVICE.dn,
    "People beneath": `ou=people,${SUFFIX}`,
    "Groups beneath": `ou=groups,${SUFFIX}`,
    ...over,
  };
  const { write } = keyboardOf(page);
  for (const [label, value] of Object.entries(values))
    await write(page.getByRole("textbox", { name: label }), value);
}

test("LDAP: a wrong authority, a wrong password and a wrong base are told apart before anything is saved", async ({
  browser,
}) => {
  if (!slapd) return test.skip(true, "OpenLDAP's server is not installed.");
  await page?.context().close();
  page = await openSetupLink(browser, await link("Lighthouse", "Directory"));
  page.setDefaultTimeout(20_000);
  await page.goto(`${site.consoleUrl}/portal/directory/new/ldap?guide=openldap`);
  await heading("Read your directory");
  const stranger = createTestCa();
  const { press, write } = keyboardOf(page);
  await describe(slapd, { [AUTHORITY]: readFileSync(stranger.file, "utf8") });
  await write(page.getByLabel("Password of the account"), "not the password");
  await expect(page.getByRole("list", { name: "Understood" })).toContainText("CN=Test CA");
  const tryIt = button(/^Test/);
  await press(tryIt);
  await expect(
    page.getByText(/issued by .*which is not trusted|issued by .*, which is not trusted/),
  ).toBeVisible();
  await look(page, "portal-ldap-wrong-authority");
  stranger.remove();
  await write(page.getByRole("textbox", { name: AUTHORITY }), readFileSync(slapd.ca.file, "utf8"));
  await press(tryIt);
  await expect(page.getByText(/The name or the password of cn=reader/)).toBeVisible();
  await write(page.getByLabel("Password of the account"), SERVICE.password);
  await write(page.getByRole("textbox", { name: "People beneath" }), "ou=peple,dc=example,dc=com");
  await press(tryIt);
  await expect(page.getByText(/There is no ou=peple/)).toBeVisible();
  await expect(page.getByText("Your server says that its tree begins at:")).toBeVisible();
  await write(page.getByRole("textbox", { name: "People beneath" }), `ou=people,${SUFFIX}`);
  await press(tryIt);
  await expect(page.getByText("Everything works. This is whom it finds.")).toBeVisible();
  await expect(page.getByText(/ada@example.com/)).toBeVisible();
  await look(page, "portal-ldap-passed");
});

test("LDAP: once it is saved it is read, and its people are seen to arrive", async () => {
  if (!slapd) return test.skip(true, "OpenLDAP's server is not installed.");
  const { press } = keyboardOf(page);
  await press(button("Save and read"));
  await heading("The first sync");
  await expect(page.getByText("ada Example")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("keepers")).toBeVisible({ timeout: 30_000 });
  slapd.add(person("joan"));
  await press(button("Read it again"));
  await expect(page.getByText("joan Example")).toBeVisible({ timeout: 30_000 });
  await look(page, "portal-ldap-watch");
});

test("signing in with one's own directory: tried, mapped, tested with a person's password, switched on", async ({
  browser,
}) => {
  if (!slapd) return test.skip(true, "OpenLDAP's server is not installed.");
  await page?.context().close();
  page = await openSetupLink(browser, await link("Pilots", "Sign-in"));
  await verifyDomain("Pilots", "example.com");
  page.setDefaultTimeout(20_000);
  const { press, write } = keyboardOf(page);
  await press(follow("Begin"));
  await press(button(/OpenLDAP/));
  await heading("Sign in with your own directory");
  await describe(slapd);
  await write(page.getByLabel("Password of the account"), SERVICE.password);
  await press(button(/^Test$/));
  await expect(page.getByText("Everything works. This is whom it finds.")).toBeVisible();
  await look(page, "portal-ldap-sign-in");
  await press(button("Save and continue"));
  await page.waitForURL(/\/mapping$/);
  await press(button("Save and continue"));
  await page.waitForURL(/\/test$/);
  await testWith(page.context(), PASSWORD);
  await press(follow("Next"));
  await page.waitForURL(/\/activate$/);
  await press(button(/Activate|Switch/));
  await page.waitForURL(/\/done$/);
  await heading("Sign-in is set up");
  await look(page, "portal-ldap-sign-in-done");
  expect(await page.content()).not.toContain(SERVICE.password);
});

/** The vendor vouches for a domain, as where no record can be looked up. */
async function verifyDomain(organization: string, domain: string): Promise<void> {
  await owner.goto(`${deploymentUrl}/domains/new`);
  await owner.getByLabel("Organization", { exact: true }).selectOption({ label: organization });
  await owner.getByLabel("Domain").fill(domain);
  await owner.getByRole("button", { name: "Add domain" }).click();
  await owner.getByRole("button", { name: "Verify by hand…" }).click();
  await owner.getByLabel("How you know").fill("The contract names it.");
  await owner.getByRole("button", { name: "Verify domain" }).click();
  await expect(owner.getByRole("button", { name: "Verify by hand…" })).toBeHidden();
}

/** One test sign-in with a password of the directory, in the window that opens for it. */
async function testWith(context: BrowserContext, password: string): Promise<void> {
  const opened = context.waitForEvent("page");
  await keyboardOf(page).press(button(/^Test/));
  const tab = await opened;
  const { press, write } = keyboardOf(tab);
  await write(tab.getByLabel("User name"), "ada");
  await write(tab.getByLabel("Password"), password);
  await press(tab.getByRole("button", { name: "Sign in" }));
  await expect(tab.getByRole("heading")).toHaveText("The test sign-in passed");
  await tab.close();
}
