import { expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { makeDeployment } from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// What leaves the console of an allowlist: a file, paper, and a list that a firewall fetches. What they hold is proven elsewhere.
test.describe.configure({ mode: "serial" });

let site: SharedInstallation;
let page: Page;
let allowlist: string;

test.beforeAll(async ({ browser }) => {
  ({ site, owner: page } = await enterSharedInstallation(browser));
  const name = { customer: "Export Harbour", deployment: "Quay", environment: "Production" } as const;
  allowlist = `${await makeDeployment(page, site, name)}/allowlist`;
});
test.afterAll(async () => {
  await page?.context().close();
});

test("a file that is taken stands in the history, as current", async () => {
  await page.goto(`${allowlist}/exports`);
  await expect(page.getByText("Nothing was exported yet.")).toBeVisible();
  await look(page, "exports-empty");
  await page.getByRole("button", { name: "Export", exact: true }).first().click();
  await look(page, "exports-dialog");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: /^nftables/ }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^allowlist-quay-.*\.nft$/);
  await page.reload();
  await expect(page.getByRole("row", { name: /nftables.*Current/ })).toBeVisible();
});

test("a firewall fetches a list at a URL that is shown once, until it is revoked", async () => {
  await page.getByRole("button", { name: "Serve a list" }).first().click();
  await page.getByRole("textbox", { name: "Firewall" }).fill("PA-3220, hall 3");
  await look(page, "exports-serve");
  await page.getByRole("button", { name: "Serve list" }).click();
  const url = (await page.locator("code", { hasText: "/api/edl/" }).textContent()) ?? "";
  await look(page, "exports-served-once");
  await page.getByRole("button", { name: "Done" }).click();

  const first = await fetch(url);
  expect([first.status, await first.text()]).toEqual([200, ""]);
  const etag = first.headers.get("etag") ?? "";
  const again = await fetch(url, { headers: { "if-none-match": etag } });
  expect([again.status, again.headers.get("etag")]).toEqual([304, etag]);
  const head = await fetch(url, { method: "HEAD" });
  expect([head.status, head.headers.get("etag"), head.headers.get("set-cookie")]).toEqual([200, etag, null]);
  expect((await fetch(`${url}x`)).status).toBe(404);
  await page.reload();
  await expect(page.getByRole("row", { name: /Served list.*PA-3220/ })).toBeVisible();
  await look(page, "exports");

  await page.getByRole("button", { name: "Revoke" }).click();
  await page.getByRole("button", { name: "Revoke list" }).click();
  await expect(page.getByText("Revoked", { exact: true })).toBeVisible();
  expect((await fetch(url)).status).toBe(404);
});

test("the sheet for the ticket goes to the printer, and into the history", async () => {
  await page.goto(`${allowlist}/print`);
  await expect(page.getByRole("heading", { name: "Allowlist of Quay, Export Harbour" })).toBeVisible();
  await look(page, "exports-print");
  await page.evaluate(() => {
    window.print = () => document.documentElement.setAttribute("data-printed", "");
  });
  await page.getByRole("button", { name: "Print or save as PDF" }).click();
  await expect(page.locator("html[data-printed]")).toBeAttached();
  await page.goto(`${allowlist}/exports?format=print`);
  await expect(page.getByRole("row", { name: /On paper.*Current/ })).toBeVisible();
});
