import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { aList, otherConsole } from "#tests/support/bundles.ts";
import {
  approveAndApply,
  confirm,
  makeDeployment,
  proposeRequest,
  secondAdmin,
} from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// A list comes to the console, is refused or accepted, and a deployment moves to it.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let owner: Page;
let admin: Page;
let deploymentUrl = "";
let setUrl = "";

test.beforeAll(async ({ browser }) => {
  const shared = await enterSharedInstallation(browser);
  ({ site, owner } = shared);
  const names = { customer: "Mole Bank", deployment: "Lantern", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(owner, site, names);
  admin = await secondAdmin(browser, owner, site);
});

test.afterAll(async () => {
  await admin?.context().close();
  await owner?.context().close();
});

test("a set is made; a web page in place of its list is refused and says why", async () => {
  await owner.goto(`${site.consoleUrl}/allowlists/sets`);
  await owner.getByRole("button", { name: "New set" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Payment partner");
  await dialog.getByLabel("Origin").fill("Their contract, annex 3");
  await look(owner, "set-new");
  await dialog.getByRole("button", { name: "Make set" }).click();
  await owner.waitForURL(/\/sets\/payment-partner$/);
  setUrl = owner.url();
  await bring(owner, "<!DOCTYPE html><title>Just a moment...</title>");
  await expect(dialog.getByText(/This is a web page and not a list/)).toBeVisible();
  await look(owner, "set-intake-refused");
  await dialog.getByRole("button", { name: "Bring another" }).click();
  await dialog.getByLabel("Networks").fill("8.8.8.0/24\n2001:4860::/32");
  await dialog.getByRole("button", { name: "Bring it to the gates" }).click();
  await expect(dialog.getByRole("heading", { name: "It waits to be accepted" })).toBeVisible();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
});

test("whoever brought it cannot accept it; somebody else does", async () => {
  await expect(owner.getByText("You brought it: somebody else accepts it.")).toBeVisible();
  await expect(owner.getByRole("button", { name: "Accept version 2" })).toHaveCount(0);
  await look(owner, "set-waiting");
  await accept(admin, 2);
});

test("a deployment stays on its version until a change request moves it", async () => {
  await owner.goto(`${deploymentUrl}/allowlist`);
  await owner.getByRole("button", { name: "Add rule" }).first().click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("To", { exact: true }).selectOption("address_set");
  await dialog.getByLabel("Address set", { exact: true }).selectOption("payment-partner");
  await dialog.getByLabel("Purpose").fill("Pay out at night");
  await dialog.getByRole("button", { name: "Add to draft" }).click();
  await expect(dialog).toBeHidden();
  await reviewAndApply();

  await owner.goto(setUrl);
  await bring(owner, "8.8.8.0/24\n9.9.9.0/24\n2001:4860::/32");
  await dialog.getByRole("link", { name: "See version 3" }).click();
  await owner.waitForURL(/versions\/3$/);
  await expect(owner.getByLabel("Added", { exact: true }).getByText("9.9.9.0/24")).toBeVisible();
  await look(owner, "set-version");
  await accept(admin, 3);
  await expect(admin.getByText("wanted 3")).toBeVisible();
  await look(admin, "set-drift");

  await owner.goto(`${deploymentUrl}/allowlist`);
  await expect(owner.getByText("wanted 3")).toBeVisible();
  await look(owner, "allowlist-sets");
  await owner.getByRole("button", { name: "Draft the move" }).click();
  await reviewAndApply();
  await owner.goto(`${deploymentUrl}/allowlist`);
  await expect(owner.getByText("Version 3")).toBeVisible();
  await expect(owner.getByRole("button", { name: "Draft the move" })).toHaveCount(0);
});

test("a newer version is asked for at every deployment by one press, and followed until it is in force", async () => {
  await owner.goto(setUrl);
  await bring(owner, "8.8.4.0/24\n2001:4860::/32");
  await owner.getByRole("dialog").getByRole("link", { name: "See version 4" }).click();
  await accept(admin, 4);
  await owner.goto(`${site.consoleUrl}/allowlists/fleet`);
  await look(owner, "fleet-board");
  await owner.getByRole("button", { name: "Propose Payment partner everywhere" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("Annex 3 has changed.");
  await dialog.getByRole("button", { name: "Propose at 1 deployment" }).click();
  await owner.waitForURL(/\/fleet\/blk_/);
  const bulkUrl = owner.url();
  // The worker makes the request, while the page looks again by itself.
  await expect(owner.getByText(/^Requests made/)).toBeVisible({ timeout: 90_000 });
  const row = owner.getByRole("row", { name: /Proposed/ });
  await look(owner, "fleet-bulk");
  await row.getByRole("link").first().click();
  await owner.waitForURL(/\/requests\/chg_/);
  await approveAndApply(admin, owner.url());
  await owner.goto(bulkUrl);
  await expect(owner.getByRole("row", { name: /Applied/ })).toBeVisible();
  await owner.goto(`${site.consoleUrl}/allowlists/fleet`);
  await expect(owner.getByRole("button", { name: "Propose Payment partner everywhere" })).toHaveCount(0);
  await expect(owner.getByText(/1 deployment behind/)).toHaveCount(0);
});

test("a set comes in a signed bundle of another console, and goes out in one of this", async () => {
  const other = otherConsole();
  await owner.goto(`${site.consoleUrl}/allowlists/bundles/keys`);
  await owner.getByRole("button", { name: "Make a key" }).click();
  await confirm(owner, "Make key");
  await expect(owner.getByText("Signs", { exact: true })).toBeVisible();
  await owner.getByRole("button", { name: "Trust a console" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("Name", { exact: true }).fill("Northwind’s console");
  await dialog.getByLabel("Key", { exact: true }).fill(other.line);
  await dialog.getByLabel("Fingerprint, as it was read to you").fill("0".repeat(64));
  await dialog.getByRole("button", { name: "Trust this key" }).click();
  await expect(dialog.getByText(/This is not the fingerprint of that key/).first()).toBeVisible();
  await look(owner, "bundle-trust");
  await dialog.getByLabel("Fingerprint, as it was read to you").fill(other.fingerprint);
  await dialog.getByRole("button", { name: "Trust this key" }).click();
  await expect(owner.getByText("Northwind’s console")).toBeVisible();
  await look(owner, "bundle-keys");

  const lists = [aList(), aList({ slug: "payment-partner", name: "Payment partner" })];
  await takeIn(otherConsole().bundle(lists));
  await expect(dialog.getByText("It is not signed by a key that is trusted here.").first()).toBeVisible();
  await owner.keyboard.press("Escape");
  await takeIn(other.bundle(lists));
  await owner.waitForURL(/\/bundles\/bdlr_/);
  await expect(owner.getByText("Not known here")).toBeVisible();
  await look(owner, "bundle-taken");
  await owner.getByRole("button", { name: "Make Partner networks" }).click();
  await dialog.getByRole("button", { name: "Bring it to the gates" }).click();
  await dialog.getByRole("link", { name: "See version 1" }).click();
  await owner.waitForURL(/partner-networks\/versions\/1$/);
  await expect(owner.getByText(new RegExp(`signed by ${other.fingerprint}`))).toBeVisible();
  await look(owner, "bundle-version");

  await owner.goto(`${site.consoleUrl}/allowlists/bundles`);
  await owner.getByRole("button", { name: "Make a bundle" }).click();
  await dialog.getByLabel(/^Payment partner/).check();
  await look(owner, "bundle-make");
  await dialog.getByRole("button", { name: "Make bundle" }).click();
  await owner.waitForURL(/\/bundles\/bdlr_/);
  const download = owner.waitForEvent("download");
  await owner.getByRole("button", { name: "Download" }).click();
  expect((await download).suggestedFilename()).toMatch(/^sallyport-1-bdl_\w+\.bundle$/);
  await owner.goto(`${site.consoleUrl}/allowlists/bundles`);
  await expect(owner.getByRole("row")).toHaveCount(3);
  await look(owner, "bundles");
});

async function takeIn(file: File): Promise<void> {
  await owner.goto(`${site.consoleUrl}/allowlists/bundles`);
  await owner.getByRole("button", { name: "Take in a bundle" }).first().click();
  const dialog = owner.getByRole("dialog");
  const buffer = Buffer.from(await file.arrayBuffer());
  await dialog
    .getByLabel("File")
    .setInputFiles({ name: file.name, mimeType: "application/octet-stream", buffer });
  await dialog.getByRole("button", { name: "Verify it" }).click();
}

async function bring(page: Page, text: string): Promise<void> {
  await page.getByRole("button", { name: "Bring a version" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Networks").fill(text);
  await dialog.getByRole("button", { name: "Bring it to the gates" }).click();
}

async function accept(page: Page, number: number): Promise<void> {
  await page.goto(setUrl);
  await page.getByRole("button", { name: `Accept version ${number}` }).click();
  await confirm(page, "Accept version");
}

async function reviewAndApply(): Promise<void> {
  await owner.getByRole("link", { name: "Review draft" }).click();
  await owner.waitForURL(/\/requests\/chg_/);
  const requestUrl = owner.url();
  await proposeRequest(owner);
  await approveAndApply(admin, requestUrl);
}
