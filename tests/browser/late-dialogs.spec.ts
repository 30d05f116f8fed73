import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

let site: SharedInstallation;
let owner: Page;

test.beforeAll(async ({ browser }) => {
  ({ site, owner } = await enterSharedInstallation(browser));
});

test.afterAll(async () => {
  await owner?.context().close();
});

test("a dialog whose form is still to come opens at once, can be tried again, and keeps the keyboard's place", async () => {
  await owner.goto(`${site.consoleUrl}/customers`);
  const open = owner.getByRole("button", { name: "Add customer" }).first();
  const dialog = owner.getByRole("dialog");
  await owner.route(/_next\/static\/chunks/, (route) => route.abort());
  await open.focus();
  await owner.keyboard.press("Enter");
  await expect(dialog.getByRole("heading", { name: "Add a customer" })).toBeVisible();
  await expect(dialog.getByText("This could not be loaded.")).toBeVisible();
  await look(owner, "dialog-not-loaded");
  await owner.unroute(/_next\/static\/chunks/);
  await dialog.getByRole("button", { name: "Try again" }).click();
  await expect(dialog.getByLabel("Name")).toBeVisible();
  await owner.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(open).toBeFocused();
  await owner.keyboard.press("Enter");
  await expect(dialog.getByLabel("Name")).toBeFocused();
});
