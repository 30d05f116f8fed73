import { expect, type Page } from "@playwright/test";
import { createEmulator } from "workos/emulate";
import { test } from "#tests/support/browser.ts";
import { approveAndApply, proposeRequest, secondAdmin } from "#tests/support/first-steps.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";

// The same console, driving WorkOS: its own emulator stands in for the cloud.
test.describe.configure({ mode: "serial" });

let cloud: Awaited<ReturnType<typeof createEmulator>>;
let site: Installation;
let page: Page;
let deploymentUrl = "";

test.beforeAll(async ({ browser }) => {
  const organization = {
    name: "Harbour Bank",
    domains: [{ domain: "example.com", state: "verified" as const }],
  };
  const connection = {
    name: "Harbour Okta",
    organization: "Harbour Bank",
    connection_type: "OktaSAML" as const,
    domains: ["example.com"],
  };
  cloud = await createEmulator({
    port: 0,
    seed: { organizations: [organization], connections: [connection] },
  });
  site = await startInstallation({ SALLYPORT_WORKOS_URL: cloud.url });
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.setDefaultTimeout(20_000);
});

test.afterAll(async () => {
  await page?.context().close();
  await site?.stop();
  await cloud?.close();
});

test("a connected deployment takes over an environment of WorkOS by its client id and key", async () => {
  await page.goto(site.setUpLink);
  await page.getByLabel("Your name").fill("Console owner");
  await page.getByLabel("E-mail").fill("owner@vendor.example");
  await page.getByLabel("Password").fill("a door with two leaves");
  await page.getByRole("button", { name: "Create the first owner" }).click();
  await expect(page.getByRole("navigation").first()).toContainText("Deployments");

  await makeDeployment("Harbour Bank");
  await pasteEnvironment("sk_not_a_key_of_anybody");
  await expect(page.getByRole("alert").first()).toBeVisible();
  await pasteEnvironment(cloud.apiKey);
  await page.getByRole("button", { name: "Draft change request" }).click();
  await page.waitForURL(/\/requests\/chg_/);
  deploymentUrl = page.url().replace(/\/allowlist\/.*$/, "");
});

test("its rule pack opens doors once a second admin and the customer agree", async ({ browser }) => {
  const requestUrl = page.url();
  await proposeRequest(page);
  const admin = await secondAdmin(browser, page, site);
  await approveAndApply(admin, requestUrl);
  await admin.context().close();
});

test("its connections are mirrored, and the set-up link leads to WorkOS", async () => {
  await page.goto(`${deploymentUrl}/connections`);
  await expect(async () => {
    await page.reload();
    await expect(page.getByText("Harbour Okta").first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 90_000 });
  await page.goto(`${deploymentUrl}/connections/new`);
  await page.getByRole("button", { name: "Create set-up link" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Create link" }).click();
  await expect(dialog.locator("code")).toContainText(/^https?:\/\//);
});

test("its allowlist holds WorkOS's rule pack, and loads into a firewall team's file", async () => {
  await page.goto(`${deploymentUrl}/allowlist`);
  await expect(page.getByText("Cloudflare").first()).toBeVisible();
  const id = deploymentUrl.split("/").at(-1);
  const file = await page.request.get(
    `${site.consoleUrl}/deployments/${id}/allowlist/export?format=nftables`,
  );
  expect(file.status()).toBe(200);
  expect(await file.text()).toContain("policy drop");
});

test("a key of one customer's environment is refused for another customer's", async () => {
  await makeDeployment("Other Bank");
  await pasteEnvironment(cloud.apiKey);
  await expect(page.getByRole("alert").first()).toContainText(/another|already/i);
});

async function makeDeployment(customer: string): Promise<void> {
  await page.goto(`${site.consoleUrl}/customers`);
  await page.getByRole("button", { name: "Add customer" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill(customer);
  await dialog.getByRole("button", { name: "Add customer" }).click();
  await expect(dialog).toBeHidden();
  await page.goto(`${site.consoleUrl}/deployments/new`);
  await page.getByLabel("Customer").selectOption({ label: customer });
  await page.getByLabel("Deployment name").fill("Head office");
  await page.getByRole("radio", { name: /^Connected/ }).check();
  await page.getByRole("button", { name: "Save and continue" }).click();
}

async function pasteEnvironment(key: string): Promise<void> {
  await page.getByRole("radio", { name: /Existing at WorkOS/ }).check();
  await page.getByLabel("Name", { exact: true }).fill("Staging");
  await page.getByLabel("Kind").selectOption("staging");
  await page.getByRole("textbox", { name: "Client ID" }).fill("client_01HARBOUR0000000000000000");
  await page.getByLabel(/^API key/).fill(key);
  await page.getByRole("button", { name: "Check and add" }).click();
}
