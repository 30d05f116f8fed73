import { type Browser, expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import {
  activateConnection,
  becomeOwner,
  makeDeployment,
  makeKey,
  makeSamlConnection,
  openMenu,
  textOf,
} from "#tests/support/first-steps.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";
import { look } from "#tests/support/looks.ts";
import { ADA, type SamlIdp, startSamlIdp } from "#tests/support/saml-idp.ts";

// Sallyport signs its own people in: an environment of its identity service stands at the console's door.
test.describe.configure({ mode: "serial" });

let site: Installation;
let saml: SamlIdp;
let owner: Page;
let ada: Page;
let deploymentUrl = "";
const environment = { clientId: "", apiKey: "", organizationId: "", connectionId: "" };

test.beforeAll(async ({ browser }) => {
  saml = await startSamlIdp();
  site = await startInstallation();
  [owner, ada] = [await someBrowser(browser), await someBrowser(browser)];
  await becomeOwner(owner, site);
});

test.afterAll(async () => {
  await owner?.context().close();
  await ada?.context().close();
  await site?.stop();
  await saml?.close();
});

test("an owner makes an environment for the vendor's own people, with a SAML connection", async () => {
  // In production the callback would have to be https: this console is served on localhost.
  const ours = { customer: "Ourselves", deployment: "Headquarters", environment: "Staging" } as const;
  deploymentUrl = await makeDeployment(owner, site, ours);

  await owner.goto(`${deploymentUrl}/environments`);
  const callback = `${site.consoleUrl}/api/sso/callback`;
  await owner.getByLabel("Add a redirect URI").fill(callback);
  await owner.getByRole("button", { name: "Add", exact: true }).click();
  await expect(owner.getByText(callback)).toBeVisible();
  Object.assign(environment, await makeKey(owner, deploymentUrl));

  const idp = { organization: "Vendor", domain: "example.com", metadataUrl: saml.metadataUrl };
  await makeSamlConnection(owner, deploymentUrl, idp);
  await activateConnection(owner, "not been tested");
  environment.organizationId = await textOf(owner.getByText(/^org_[0-9A-Z]{26}$/));
  environment.connectionId = /conn_\w+/.exec(owner.url())?.[0] ?? "";
});

test("the environment becomes a provider of the console, once it has answered under its client ID", async () => {
  await owner.goto(`${site.consoleUrl}/settings/sign-in`);
  await owner.getByRole("button", { name: "Add provider" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByRole("radio", { name: /Environment of an identity service/ }).check();
  await dialog.getByLabel("Name").fill("Vendor sign-in");
  await dialog.getByLabel("Base URL").fill(site.identityUrl);
  await dialog.getByLabel("Organization or connection ID").fill(environment.organizationId);
  await dialog.getByLabel("Client ID").fill("client_00000000000000000000000000");
  await dialog.getByLabel("API key").fill(environment.apiKey);
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog.getByText("No environment with this client ID answered there.")).toBeVisible();
  await dialog.getByLabel("Client ID").fill(environment.clientId);
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog).toBeHidden();
  await expect(owner.getByText("Offered", { exact: true })).toBeVisible();
  expect(await owner.content()).not.toContain(environment.apiKey);
  await look(owner, "sso-providers");
  await openMenu(owner, "Actions for Vendor sign-in");
  await owner.getByRole("menuitem", { name: "Edit…" }).click();
  await expect(dialog.getByLabel("Base URL")).toHaveValue(site.identityUrl);
  await look(owner, "sso-edit");
  await owner.keyboard.press("Escape");
});

test("whom nobody invited is not let in, though the identity provider knows them", async ({ browser }) => {
  const page = await someBrowser(browser);
  await page.goto(`${site.consoleUrl}/sign-in`);
  await page.getByRole("link", { name: "Continue with Vendor sign-in" }).click();
  await signInAtSaml(page);
  await expect(page.getByText("Signing in this way did not work.")).toBeVisible();
  await page.context().close();
});

test("somebody invited joins through the environment and its SAML identity provider", async () => {
  await owner.goto(`${site.consoleUrl}/people`);
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(ADA.nameId);
  await dialog.getByRole("radio", { name: /^Operator/ }).check();
  await dialog.getByRole("button", { name: "Make invitation" }).click();
  const link = await textOf(dialog.getByText(/\/invite\?token=/));
  await ada.goto(link.trim());
  await ada.getByRole("link", { name: "Join with Vendor sign-in" }).click();
  await signInAtSaml(ada);
  await expect(ada.getByRole("navigation").first()).toContainText("Deployments");
  await expect(ada.getByRole("button", { name: /^Account.*Ada Lovelace/ })).toBeVisible();
});

test("from then on they sign in through it, and come to the page they asked for", async () => {
  await openMenu(ada, /^Account/);
  await ada.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(ada).toHaveURL(/\/sign-in/);
  await ada.goto(deploymentUrl);
  await ada.getByRole("link", { name: "Continue with Vendor sign-in" }).click();
  await signInAtSaml(ada);
  await expect(ada).toHaveURL(deploymentUrl);
  await expect(ada.getByRole("heading", { level: 1 })).toContainText("Headquarters");
});

test("how they came is in the audit log", async () => {
  await owner.goto(`${site.consoleUrl}/audit?size=100`);
  const rows = owner.getByRole("row");
  await expect(rows.filter({ hasText: "Vendor sign-in" }).first()).toBeVisible();
  await expect(rows.filter({ hasText: ADA.nameId }).first()).toBeVisible();
});

test("a disabled connection of the environment lets nobody in any more", async ({ browser }) => {
  await owner.goto(`${deploymentUrl}/connections/${environment.connectionId}`);
  await owner.getByRole("button", { name: "Disable" }).click();
  await owner.getByRole("dialog").getByRole("button", { name: "Disable" }).click();
  await expect(owner.getByRole("button", { name: "Activate" })).toBeVisible();
  const page = await someBrowser(browser);
  await page.goto(`${site.consoleUrl}/sign-in`);
  await page.getByRole("link", { name: "Continue with Vendor sign-in" }).click();
  await expect(page.getByText("Signing in this way did not work.")).toBeVisible();
  await page.context().close();
});

async function someBrowser(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}

async function signInAtSaml(page: Page): Promise<void> {
  await page.locator("[name=username]").fill(ADA.username);
  await page.locator("[name=password]").fill(ADA.password);
  await page.getByRole("button", { name: "Sign in" }).click();
}
