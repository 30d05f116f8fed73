import { type Browser, expect, type Page } from "@playwright/test";
import { textOf } from "./first-steps.ts";

/** What the console shows once of a link that was just made. */
export interface ShownLink {
  url: string;
  code: string;
}

/** Makes a set-up link in the console as an operator does, for an organization by its name. */
export async function makeSetupLink(
  page: Page,
  deploymentUrl: string,
  { organization, purposes, note }: { organization: string; purposes: readonly string[]; note?: string },
): Promise<ShownLink> {
  await page.goto(`${deploymentUrl}/setup-links/new`);
  const organizations = page.getByLabel("Organization", { exact: true });
  const there = await organizations.getByRole("option", { name: organization, exact: true }).count();
  if (there > 0) await organizations.selectOption({ label: organization });
  else {
    await organizations.selectOption("new");
    await page.getByLabel("Name of the organization").fill(organization);
  }
  for (const purpose of ["Sign-in", "Directory", "Domains", "Certificate", "Audit log"])
    await page
      .getByRole("checkbox", { name: new RegExp(`^${purpose}`) })
      .setChecked(purposes.includes(purpose));
  if (note) await page.getByLabel("Note for whoever opens it").fill(note);
  await page.getByRole("button", { name: "Make set-up link" }).click();
  await expect(page.getByText("Copy this link now")).toBeVisible();
  const url = await textOf(page.locator("code", { hasText: "/portal/open/" }));
  const code = await textOf(page.locator("code", { hasText: /^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$/ }));
  return { url, code };
}

/** The browser of somebody at the customer, who opens a link and begins. */
export async function openSetupLink(browser: Browser, url: string, locale = "en-GB"): Promise<Page> {
  const context = await browser.newContext({ locale });
  const page = await context.newPage();
  await page.goto(url);
  await page.locator("main form button[type=submit]").click();
  await page.waitForURL(/\/portal$/);
  return page;
}
