import { type Browser, expect, type Locator, type Page } from "@playwright/test";
import { exampleReport } from "./doctor-report.ts";
import type { Installation } from "./installation.ts";

/** What a vendor's owner does first in a new console, through its pages. */

export async function becomeOwner(page: Page, site: Pick<Installation, "setUpLink">): Promise<void> {
  await page.goto(site.setUpLink);
  await page.getByLabel("Your name").fill("Console owner");
  await page.getByLabel("E-mail").fill("owner@vendor.example");
  await page.getByLabel("Password").fill("a door with two leaves");
  await page.getByRole("button", { name: "Create the first owner" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
}

/**
 * Opens a menu, and sees that it is open. Its button knows that it has one only once the page's program runs; a press
 * before that does nothing, and one on a button that is just being replaced is lost.
 */
export async function openMenu(page: Page, name: string | RegExp): Promise<void> {
  const button = page.getByRole("button", { name });
  const menu = page.getByRole("menu");
  await expect(async () => {
    await expect(button).toHaveAttribute("aria-haspopup", "menu");
    // Pressed again it would close.
    if (!(await menu.isVisible())) await button.click();
    await expect(menu.locator("[role^=menuitem]").first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 30_000 });
}

/** A customer with an air-gapped deployment and one environment. Returns where the deployment's pages are. */
export async function makeDeployment(
  page: Page,
  site: Pick<Installation, "consoleUrl">,
  name: { customer: string; deployment: string; environment: "Production" | "Staging" },
): Promise<string> {
  await page.goto(`${site.consoleUrl}/customers`);
  await page.getByRole("button", { name: "Add customer" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(name.customer);
  await dialog.getByRole("button", { name: "Add customer" }).click();
  await expect(dialog).toBeHidden();
  await page.goto(`${site.consoleUrl}/deployments/new`);
  await page.getByLabel("Customer").selectOption({ label: name.customer });
  await page.getByLabel("Deployment name").fill(name.deployment);
  await page.getByRole("radio", { name: /Air-gapped/ }).check();
  await page.getByRole("button", { name: "Save and continue" }).click();
  await page.getByLabel("Kind").selectOption({ label: name.environment });
  await page.getByLabel("Name", { exact: true }).fill(name.environment);
  await page.getByRole("button", { name: "Create environment" }).click();
  await page.getByRole("link", { name: "Go to the deployment" }).click();
  await page.waitForURL(/\/deployments\/dep_/);
  return page.url().replace(/[?#].*$/, "");
}

/** Fills in the SAML connection of an organization that is new, and makes it. The page of the connection is open then. */
export async function makeSamlConnection(
  page: Page,
  deploymentUrl: string,
  { organization, domain, metadataUrl }: { organization: string; domain: string; metadataUrl: string },
): Promise<void> {
  await page.goto(`${deploymentUrl}/connections/new`);
  await page.getByLabel("Organization", { exact: true }).selectOption("new");
  await page.getByLabel("Name of the organization").fill(organization);
  await page.getByLabel("Email domains").fill(domain);
  await page.getByLabel("Name of the connection").fill(`${organization} SAML`);
  await page.getByLabel("Metadata", { exact: true }).fill(await (await fetch(metadataUrl)).text());
  await page.getByRole("button", { name: "Create connection" }).click();
  await page.waitForURL(/\/connections\/conn_/);
}

/** Has people sign in through the connection whose page is open. Where no test of it has passed, that needs a reason. */
export async function activateConnection(
  page: Page,
  has: "passed a test" | "not been tested",
): Promise<void> {
  const tested = has === "passed a test";
  await expect(page.getByText(tested ? "Tested" : "Not tested yet", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Activate" }).click();
  const dialog = page.getByRole("dialog");
  if (!tested) await dialog.getByRole("textbox", { name: "Reason" }).fill("Tried at the provider itself");
  await dialog.getByRole("button", { name: "Activate" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Disable" })).toBeVisible();
}

/** A key of the environment whose page is open, and the environment's client id. */
export async function makeKey(
  page: Page,
  deploymentUrl: string,
): Promise<{ apiKey: string; clientId: string }> {
  await page.goto(`${deploymentUrl}/environments`);
  await page.getByRole("button", { name: "New key" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Vendor application");
  await dialog.getByRole("button", { name: "Create key" }).click();
  const apiKey = await textOf(dialog.locator("code", { hasText: /^sk_/ }));
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  return { apiKey, clientId: await textOf(page.getByText(/^client_[0-9A-Z]{26}$/)) };
}

/** Brings a report of the doctor about the deployment. Its page is open then. */
export async function bringReport(
  page: Page,
  deploymentUrl: string,
  report = exampleReport(),
): Promise<void> {
  const id = deploymentUrl.split("/").at(-1) ?? "";
  const content = JSON.stringify({ ...report, deployment: { ...report.deployment, id } });
  await page.goto(`${deploymentUrl}/doctor`);
  await page.getByLabel("Choose a file").setInputFiles({
    name: "site.sallyport-doctor.json",
    mimeType: "application/json",
    buffer: Buffer.from(content),
  });
  await page.waitForURL(/\/doctor\/report_/);
}

/** The gateway of the deployment, and the token that it is started with. The page of the gateway is open then. */
export async function makeGateway(page: Page, deploymentUrl: string): Promise<{ token: string }> {
  await page.goto(`${deploymentUrl}/gateway`);
  await page.getByRole("button", { name: "Make gateway" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Make gateway" }).click();
  const token = await textOf(dialog.locator("code", { hasText: /^sp_gw_/ }));
  await confirm(page, "I have copied it");
  await expect(page.getByText("Never heard", { exact: true })).toBeVisible();
  return { token };
}

export async function textOf(found: Locator): Promise<string> {
  return (await found.first().textContent()) ?? "";
}

/** Drafts a rule on the deployment's allowlist; the page of its change request is open then. */
export async function draftRule(
  page: Page,
  deploymentUrl: string,
  rule: { network: string; purpose: string },
): Promise<void> {
  await page.goto(`${deploymentUrl}/allowlist`);
  await page.getByRole("button", { name: "Add rule" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Network", { exact: true }).fill(rule.network);
  await dialog.getByLabel("Purpose").fill(rule.purpose);
  await dialog.getByRole("button", { name: "Add to draft" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("link", { name: "Review draft" }).click();
  await page.waitForURL(/\/requests\/chg_/);
}

/** Says why the request whose page is open is made, simulates it and proposes it. */
export async function proposeRequest(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Describe" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("The partner's identity provider is asked for everybody's groups.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Simulate", exact: true }).click();
  await page.getByRole("button", { name: "Propose" }).click();
  await confirm(page, "Propose");
}

/** As another admin of the vendor: consent of the customer, who has no account, and approval; then it is applied. */
export async function approveAndApply(page: Page, requestUrl: string): Promise<void> {
  await page.goto(requestUrl);
  await page.getByRole("button", { name: "Record consent" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Who agreed").fill("Ms. Weber, firewall team");
  await dialog.getByRole("textbox", { name: "How" }).fill("Their ticket FW-114");
  await confirm(page, "Record consent");
  await page.getByRole("button", { name: "Approve" }).click();
  await confirm(page, "Approve");
  await page.getByRole("button", { name: "Apply" }).click();
  await confirm(page, "Apply");
}

/** Presses the dialog's button, and waits until it is done. */
export async function confirm(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name, exact: true }).click();
  await expect(dialog).toBeHidden();
}

/** Somebody who joins the console as an admin of the vendor, in a browser of their own. */
export async function secondAdmin(
  browser: Browser,
  owner: Page,
  site: Pick<Installation, "consoleUrl">,
): Promise<Page> {
  const email = `admin-${Date.now()}@vendor.example`;
  await owner.goto(`${site.consoleUrl}/people`);
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.locator("input[name=role][value=admin]").check();
  await dialog.getByRole("button", { name: "Make invitation" }).click();
  const link = await textOf(dialog.getByText(/\/invite\?token=/));
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(link.trim());
  await page.getByLabel("Your name").fill("Second admin");
  await page.getByLabel("Password").fill("a second door, two leaves");
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("navigation").first()).toContainText("Deployments");
  return page;
}
