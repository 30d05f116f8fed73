import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { approveAndApply, makeDeployment, proposeRequest, secondAdmin } from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// A site's capabilities: ticked with an answer, agreed by two people, seen in the catalogue, and unticked.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let owner: Page;
let admin: Page;
let deploymentUrl = "";

test.beforeAll(async ({ browser }) => {
  const shared = await enterSharedInstallation(browser);
  ({ site, owner } = shared);
  const names = { customer: "Slate Quarry", deployment: "Breakwater", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, names);
  admin = await secondAdmin(browser, owner, site);
});

test.afterAll(async () => {
  await admin?.context().close();
  await owner?.context().close();
});

test("a capability is switched on: it asks what only the site knows, shows its doors, and goes to the draft", async () => {
  await owner.goto(`${deploymentUrl}/allowlist`);
  await expect(owner.getByRole("switch", { name: /^Time/ })).not.toBeChecked();
  await look(owner, "capabilities-none");
  await owner.getByRole("switch", { name: /^Time/ }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("Time servers beyond the boundary").fill("time.example.com");
  await look(owner, "capability-questions");
  await dialog.getByRole("button", { name: "Preview doors" }).click();
  await expect(dialog.getByText("Egress udp 123 to time.example.com")).toBeVisible();
  await look(owner, "capability-preview");
  await dialog.getByRole("button", { name: "Add to draft" }).click();
  await expect(dialog).toBeHidden();
  await expect(owner.getByText("Added in your draft")).toBeVisible();
  await expect(owner.getByRole("switch", { name: /^Time/ })).toBeChecked();
});

test("agreed and applied, its rules stand under its name", async () => {
  await owner.getByRole("link", { name: "Review draft" }).click();
  await owner.waitForURL(/\/requests\/chg_/);
  const requestUrl = owner.url();
  await proposeRequest(owner);
  await approveAndApply(admin, requestUrl);
  await owner.goto(`${deploymentUrl}/allowlist`);
  await look(owner, "capabilities-names");
  await owner.getByRole("button", { name: "Show details" }).click();
  await expect(owner.getByText("1 door", { exact: true })).toBeVisible();
  await expect(owner.getByRole("row", { name: /time\.example\.com/ })).toBeVisible();
  await look(owner, "capabilities");
});

test("the catalogue says what each opens and why, version by version, and which sites have it", async () => {
  await owner.goto(`${site.consoleUrl}/allowlists/packs`);
  await expect(owner.getByRole("link", { name: "Time", exact: true })).toBeVisible();
  await look(owner, "packs");
  await owner.getByRole("link", { name: "Time", exact: true }).click();
  await owner.waitForURL(/\/packs\/time$/);
  await expect(owner.getByText("New in version 2").first()).toBeVisible();
  await expect(owner.getByRole("row", { name: /Breakwater/ })).toBeVisible();
  await look(owner, "pack");
});

test("switched off, exactly its doors close, with what stops then; and it goes to the draft", async () => {
  await owner.goto(`${deploymentUrl}/allowlist`);
  await owner.getByRole("button", { name: "Show details" }).click();
  await owner.getByRole("switch", { name: /^Time/ }).click();
  const dialog = owner.getByRole("dialog");
  await expect(dialog.getByText("1 door closes")).toBeVisible();
  await expect(dialog.getByText(/When the clock drifts/)).toBeVisible();
  await look(owner, "capability-removal");
  await dialog.getByRole("button", { name: "Add removal to draft" }).click();
  await expect(owner.getByText("Removed in your draft")).toBeVisible();
});
