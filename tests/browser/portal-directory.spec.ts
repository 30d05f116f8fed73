import { expect, type Page, test } from "@playwright/test";
import { becomeOwner, makeDeployment, textOf } from "#tests/support/first-steps.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";
import { look } from "#tests/support/looks.ts";
import { makeSetupLink, openSetupLink } from "#tests/support/setup-link.ts";

// Customer IT connects its directory from nothing but a link: by SCIM; and every wrong turn on the way.
test.describe.configure({ mode: "serial" });

let site: Installation;
let owner: Page;
let deploymentUrl = "";
let page: Page;
const scim = { endpoint: "", token: "" };

test.beforeAll(async ({ browser }) => {
  site = await startInstallation();
  owner = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  owner.setDefaultTimeout(20_000);
  await becomeOwner(owner, site);
  const name = { customer: "Harbour Bank", deployment: "Vault", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, name);
});
test.afterAll(async () => {
  await owner?.context().close();
  await page?.context().close();
  await site?.stop();
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
