import { type BrowserContext, expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { makeDeployment, openMenu } from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// A directory from its first form to its last dialog, with a provider that really sends people to it.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let context: BrowserContext;
let page: Page;
let deploymentUrl = "";
const provider = { endpoint: "", token: "" };

test.beforeAll(async ({ browser }) => {
  ({ site, owner: page } = await enterSharedInstallation(browser));
  context = page.context();
  const name = { customer: "Harbour Bank", deployment: "Vault", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(page, site, name);
});

test.afterAll(async () => {
  await context?.close();
});

async function send(method: string, path: string, body: unknown): Promise<Response> {
  return await fetch(`${provider.endpoint}${path}`, {
    method,
    headers: { authorization: `Bearer ${provider.token}`, "content-type": "application/scim+json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

test("a deployment without directories says what one is for, and leads to making it", async () => {
  await page.goto(`${deploymentUrl}/directories`);
  await expect(page.getByText("No directories yet.")).toBeVisible();
  await look(page, "directories-empty");
  await page.getByRole("link", { name: "New directory" }).first().click();
  await expect(page.getByRole("heading", { name: "New directory" })).toBeVisible();
  await look(page, "directory-new");
});

test("what is missing is said beside the field, and a made directory shows its two values once", async () => {
  await page.getByLabel("Organization", { exact: true }).selectOption("new");
  await page.getByLabel("Name of the organization").fill("Harbour Bank");
  await page.getByLabel("Name of the directory").fill("H");
  await page.getByRole("button", { name: "Create directory" }).click();
  await expect(page.getByText("Name the directory, such as Contoso staff.")).toBeVisible();
  await look(page, "directory-new-mistake");
  await page.getByLabel("Name of the directory").fill("Harbour staff");
  await page.getByLabel("Provider", { exact: true }).selectOption({ label: "Okta" });
  await page.getByRole("button", { name: "Create directory" }).click();
  await expect(page.getByText("Copy this bearer token now")).toBeVisible();
  const codes = page.locator("code");
  provider.endpoint = (await codes.nth(0).textContent()) ?? "";
  provider.token = (await codes.nth(1).textContent()) ?? "";
  expect(provider.endpoint).toMatch(/\/scim\/v2\.0\/\w+$/);
  await look(page, "directory-made");
  await page.getByRole("link", { name: "I have copied both" }).click();
  await page.waitForURL(/\/directories\/directory_/);
  await expect(page.getByText("Not heard from yet")).toBeVisible();
  await expect(page.getByText(provider.endpoint)).toBeVisible();
  expect(await page.content()).not.toContain(provider.token);
  await look(page, "directory-waiting");
});

test("what its provider sends is counted, and a rotated token overlaps with the old one", async () => {
  const members = [];
  for (const userName of ["ada@example.com", "ben@example.com"]) {
    const answer = await send("POST", "/Users", { userName, externalId: userName });
    members.push({ value: ((await answer.json()) as { id: string }).id });
  }
  expect((await send("POST", "/Groups", { displayName: "Keepers", members })).status).toBe(201);
  await page.getByRole("button", { name: "Rotate token" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Rotate token" }).click();
  await expect(dialog.getByText("Copy this bearer token now")).toBeVisible();
  const next = (await dialog.locator("code").nth(1).textContent()) ?? "";
  await dialog.getByRole("button", { name: "I have copied it" }).click();
  expect((await send("GET", "/ServiceProviderConfig", undefined)).status).toBe(200);
  provider.token = next;
  expect((await send("GET", "/ServiceProviderConfig", undefined)).status).toBe(200);
  await page.reload();
  await expect(page.getByText(`…${next.slice(-4)}`)).toBeVisible();
  await expect(page.getByText("Current")).toBeVisible();
  await expect(page.getByText(/^Ends/)).toBeVisible();
});

test("it is renamed, and the console then knows of its people", async () => {
  await page.getByRole("button", { name: "Edit directory" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Harbour people");
  await dialog.getByRole("radio", { name: /inactive/ }).check();
  await look(page, "directory-edit");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("heading", { name: "Harbour people" })).toBeVisible();
  await expect(page.getByText("Active", { exact: true })).toBeVisible();
  await expect(page.getByText("Applications hear that they are inactive")).toBeVisible();
  await look(page, "directory-detail");
  await page.goto(`${deploymentUrl}/directories`);
  const row = page.getByRole("row", { name: /Harbour people/ });
  await expect(row).toContainText("Okta");
  await expect(row).toContainText("2");
  await look(page, "directories");
});

test("it is deleted with its name typed, and its provider is refused from then on", async () => {
  await page
    .getByRole("row", { name: /Harbour people/ })
    .getByRole("link")
    .first()
    .click();
  await expect(page.getByRole("heading", { name: "Harbour people" })).toBeVisible();
  await openMenu(page, "Actions for Harbour people");
  await page.getByRole("menuitem", { name: "Delete…" }).click();
  const dialog = page.getByRole("dialog");
  await look(page, "directory-delete");
  await dialog.getByRole("textbox").fill("Harbour people");
  await dialog.getByRole("button", { name: "Delete directory" }).click();
  await page.waitForURL(/\/directories$/);
  await expect(page.getByText("No directories yet.")).toBeVisible();
  expect((await send("GET", "/ServiceProviderConfig", undefined)).status).toBe(401);
});
