import { readFileSync } from "node:fs";
import { type BrowserContext, expect, type Page, test } from "@playwright/test";
import { makeDeployment, textOf } from "#tests/support/first-steps.ts";
import { group, PASSWORD, person, personDn, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { look } from "#tests/support/looks.ts";
import { makeSetupLink, openSetupLink } from "#tests/support/setup-link.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";
import { createTestCa } from "#tests/support/test-ca.ts";

// Customer IT connects its directory from nothing but a link: by SCIM, by LDAP, and for signing in; and every wrong turn on the way.
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

async function send(path: string, body: object, token = scim.token): Promise<{ status: number; id: string }> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/scim+json" };
  const answer = await fetch(`${scim.endpoint}${path}`, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
  });
  return { status: answer.status, id: ((await answer.json()) as { id: string }).id };
}

test("SCIM, from the link alone: an endpoint and a token that is shown once", async ({ browser }) => {
  page = await openSetupLink(browser, await link("Harbour", "Directory"));
  page.setDefaultTimeout(20_000);
  await page.getByRole("link", { name: "Begin" }).click();
  await heading("Which directory do you use?");
  await look(page, "portal-directory-choose");
  await page.getByRole("region", { name: "SCIM" }).getByRole("button", { name: /Okta/ }).click();
  await heading("Connect Okta");
  await page.getByRole("button", { name: "Make endpoint and token" }).click();
  await expect(page.getByText("Copy the token now")).toBeVisible();
  const [endpoint, token] = await page.locator("main section code.select-all").allTextContents();
  scim.endpoint = endpoint ?? "";
  scim.token = token ?? "";
  expect(scim.endpoint).toMatch(/\/scim\/v2\.0\//);
  await look(page, "portal-directory-connect");
  await page.getByRole("button", { name: "Both are entered there" }).click();
  await heading("The first sync");
  await expect(page.getByText("Nothing has been heard from Okta yet")).toBeVisible();
  await look(page, "portal-directory-waiting");
});

test("the first sync is watched as it happens; what is wrong with it is said with its mend", async () => {
  expect((await send("/Users", { userName: "x" }, "not-the-token")).status).toBe(401);
  await expect(page.getByText(/none of this directory’s/)).toBeVisible();
  const ada = await send("/Users", { userName: "ada@harbour.example", displayName: "Ada Lovelace" });
  await send("/Users", { userName: "grace@harbour.example", displayName: "Grace Hopper" });
  expect((await send("/Users", { userName: "ada@harbour.example" })).status).toBe(409);
  await send("/Groups", { displayName: "IT department", members: [{ value: ada.id }] });
  // No press: the page looks by itself.
  await expect(page.getByText("Ada Lovelace")).toBeVisible();
  await expect(page.getByText("IT department")).toBeVisible();
  await expect(page.getByText(/sent a second time/)).toBeVisible();
  await look(page, "portal-directory-watch");
});

test("which groups give which roles is prepared, looked at, switched on, and put back", async () => {
  await page.getByRole("link", { name: "Next: who gets which role" }).click();
  await heading("Who gets which role");
  await page.getByRole("searchbox", { name: "Find a group" }).fill("depart");
  await page.getByRole("button", { name: "Add IT department" }).click();
  await expect(page.getByRole("combobox", { name: "Role for IT department" })).toBeVisible();
  await look(page, "portal-directory-roles-edit");
  await page.getByRole("button", { name: "Preview" }).click();
  await expect(page.getByText("The roles of one person change. Nobody loses a role.")).toBeVisible();
  await expect(page.getByText("ada@harbour.example")).toBeVisible();
  await expect(page.getByText("grace@harbour.example")).toBeHidden();
  await look(page, "portal-directory-roles-preview");
  await page.getByRole("button", { name: "Switch on" }).click();
  await expect(page.getByRole("button", { name: "Go back to what was before" })).toBeVisible();
  await page.getByRole("link", { name: "Done", exact: true }).click();
  await heading(/is connected/);
  await look(page, "portal-directory-done");
});

test("the token is replaced, and what comes with the old one is told apart", async () => {
  await page.getByRole("link", { name: "Endpoint and token" }).click();
  await heading("Connect Okta");
  expect(await page.content()).not.toContain(scim.token);
  await page.getByLabel("The old one goes on working for").selectOption("not at all");
  await page.getByRole("button", { name: "Make a new token" }).click();
  await expect(page.getByText("Copy the token now")).toBeVisible();
  const old = scim.token;
  scim.token = await textOf(page.locator("main section code.select-all").nth(1));
  expect((await send("/Users", { userName: "late@harbour.example" }, old)).status).toBe(401);
  expect((await send("/Users", { userName: "new@harbour.example" })).status).toBe(201);
  await page.getByRole("button", { name: "Both are entered there" }).click();
  await expect(page.getByText(/a token that has been replaced/)).toBeVisible();
});

test("another customer's link does not find this directory", async ({ browser }) => {
  const theirs = page.url();
  const stranger = await openSetupLink(browser, await link("Other Port", "Directory"));
  await stranger.goto(theirs);
  await expect(stranger.getByRole("heading", { name: "The first sync" })).toBeHidden();
  await expect(stranger.getByText("Ada Lovelace")).toBeHidden();
  await stranger.context().close();
});

test("the console shows the same people, groups and roles", async () => {
  await owner.goto(`${deploymentUrl}/directories`);
  await owner.getByRole("link", { name: "Harbour Okta" }).click();
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

/** Fills in what the form asks about the test's own OpenLDAP server. */
async function describe(server: Slapd, over: Record<string, string> = {}): Promise<void> {
  const values = {
    Servers: server.ldaps,
    "Certificate of the authority that issued theirs": readFileSync(server.ca.file, "utf8"),
    "Service account": SERVICE.dn,
    "People beneath": `ou=people,${SUFFIX}`,
    "Groups beneath": `ou=groups,${SUFFIX}`,
    ...over,
  };
  for (const [label, value] of Object.entries(values))
    await page.getByRole("textbox", { name: label }).fill(value);
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
  const authority = "Certificate of the authority that issued theirs";
  await describe(slapd, { [authority]: readFileSync(stranger.file, "utf8") });
  await page.getByLabel("Password of the account").fill("not the password");
  await expect(page.getByRole("list", { name: "Understood" })).toContainText("CN=Test CA");
  const tryIt = page.getByRole("button", { name: /^Test/ });
  await tryIt.click();
  await expect(
    page.getByText(/issued by .*which is not trusted|issued by .*, which is not trusted/),
  ).toBeVisible();
  await look(page, "portal-ldap-wrong-authority");
  stranger.remove();
  await page.locator("input[type=file]").setInputFiles(slapd.ca.file);
  await tryIt.click();
  await expect(page.getByText(/The name or the password of cn=reader/)).toBeVisible();
  await page.getByLabel("Password of the account").fill(SERVICE.password);
  await page.getByRole("textbox", { name: "People beneath" }).fill("ou=peple,dc=example,dc=com");
  await tryIt.click();
  await expect(page.getByText(/There is no ou=peple/)).toBeVisible();
  await expect(page.getByText("Your server says that its tree begins at:")).toBeVisible();
  await page.getByRole("textbox", { name: "People beneath" }).fill(`ou=people,${SUFFIX}`);
  await tryIt.click();
  await expect(page.getByText("Everything works. This is whom it finds.")).toBeVisible();
  await expect(page.getByText(/ada@example.com/)).toBeVisible();
  await look(page, "portal-ldap-passed");
});

test("LDAP: once it is saved it is read, and its people are seen to arrive", async () => {
  if (!slapd) return test.skip(true, "OpenLDAP's server is not installed.");
  await page.getByRole("button", { name: "Save and read" }).click();
  await heading("The first sync");
  await expect(page.getByText("ada Example")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("keepers")).toBeVisible({ timeout: 30_000 });
  slapd.add(person("joan"));
  await page.getByRole("button", { name: "Read it again" }).click();
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
  await page.goto(`${site.consoleUrl}/portal/sign-in/new`);
  await page.getByRole("button", { name: /OpenLDAP/ }).click();
  await heading("Sign in with your own directory");
  await describe(slapd);
  await page.getByLabel("Password of the account").fill(SERVICE.password);
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await expect(page.getByText("Everything works. This is whom it finds.")).toBeVisible();
  await look(page, "portal-ldap-sign-in");
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.waitForURL(/\/mapping$/);
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.waitForURL(/\/test$/);
  await testWith(page.context(), PASSWORD);
  await page.getByRole("link", { name: "Next" }).click();
  await page.waitForURL(/\/activate$/);
  await page.getByRole("button", { name: /Activate|Switch/ }).click();
  await page.waitForURL(/\/done$/);
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
  await page.getByRole("button", { name: /^Test/ }).click();
  const tab = await opened;
  await tab.getByLabel("User name").fill("ada");
  await tab.getByLabel("Password").fill(password);
  await tab.getByRole("button", { name: "Sign in" }).click();
  await expect(tab.getByRole("heading")).toHaveText("The test sign-in passed");
  await tab.close();
}
