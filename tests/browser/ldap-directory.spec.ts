import { readFileSync } from "node:fs";
import { type BrowserContext, expect, type Page } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { makeDeployment } from "#tests/support/first-steps.ts";
import { group, person, personDn, SERVICE, TREE } from "#tests/support/ldap-people.ts";
import { look } from "#tests/support/looks.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";
import { type Slapd, SUFFIX, slapdInstalled, startSlapd } from "#tests/support/slapd.ts";

// A directory that the site reads from a real OpenLDAP server, from its form to its sync.
test.describe.configure({ mode: "serial" });
test.skip(!slapdInstalled(), "OpenLDAP's server is not installed.");

let site: SharedInstallation;
let slapd: Slapd;
let context: BrowserContext;
let page: Page;
let deploymentUrl = "";

test.beforeAll(async ({ browser }) => {
  if (!slapdInstalled()) return;
  const members = [personDn("ada"), personDn("grace")];
  slapd = await startSlapd([TREE, person("ada"), person("grace"), group("keepers", members)].join("\n"));
  ({ site, owner: page } = await enterSharedInstallation(browser));
  context = page.context();
  const name = { customer: "Ferry Company", deployment: "Vault", environment: "Production" } as const;
  deploymentUrl = await makeDeployment(page, site, name);
});

test.afterAll(async () => {
  await context?.close();
  await slapd?.close();
});

test("a directory is read from LDAP with what the form asks for", async () => {
  await page.goto(`${deploymentUrl}/directories/new`);
  await page.getByLabel("Organization", { exact: true }).selectOption("new");
  await page.getByLabel("Name of the organization").fill("Harbour Bank");
  await page.getByLabel("Name of the directory").fill("Harbour staff");
  await page.getByRole("radio", { name: /Read from LDAP/ }).check();
  await look(page, "ldap-directory-new");
  await page.getByLabel("Kind of directory").selectOption("Any LDAP directory");
  for (const [label, value] of [
    ["Servers", "dc1.harbour.example"],
    ["Certificates of their authority", readFileSync(slapd.ca.file, "utf8")],
    ["Service account", SERVICE.dn],
    ["People beneath", `ou=people,${SUFFIX}`],
    ["Groups beneath", `ou=groups,${SUFFIX}`],
  ] as const)
    await page.getByRole("textbox", { name: label }).fill(value);
  await page.getByLabel(/^Password of the account/).fill("not the password");
  await page.getByRole("button", { name: "Create directory" }).click();
  await expect(page.getByText("Write each server as ldaps://host or ldap://host.")).toBeVisible();
  await page.getByRole("textbox", { name: "Servers" }).fill(slapd.ldaps);
  await page.getByRole("button", { name: "Create directory" }).click();
  await page.waitForURL(/\/directories\/directory_/);
  // The first reading may have said by now, in words, that the password is wrong.
  await expect(page.getByText(slapd.ldaps, { exact: true })).toBeVisible();
});

test("a test shows what is wrong, and once the settings are right, whom it finds", async () => {
  await page.getByRole("button", { name: "Test", exact: true }).click();
  const trial = page.getByRole("dialog", { name: "Test the directory" });
  await expect(trial.getByText("The directory cannot be read like this.")).toBeVisible();
  await expect(trial.getByText(/did not accept the name or the password/)).toBeVisible();
  await look(page, "ldap-directory-test-failed");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Edit settings" }).click();
  const edit = page.getByRole("dialog", { name: "Edit where it is read from" });
  await expect(edit.getByRole("textbox", { name: "Service account" })).toHaveValue(SERVICE.dn);
  await look(page, "ldap-directory-edit");
  await edit.getByLabel(/^Password of the account/).fill(SERVICE.password);
  await edit.getByRole("button", { name: "Save" }).click();
  await expect(edit).toBeHidden();
  await page.getByRole("button", { name: "Test", exact: true }).click();
  await expect(trial.getByText("The directory can be read.")).toBeVisible();
  await expect(trial.getByText(/ada@/)).toBeVisible();
  await look(page, "ldap-directory-test-passed");
  await page.keyboard.press("Escape");
  expect(await page.content()).not.toContain(SERVICE.password);
});

test("it is read, and read again when somebody asks", async () => {
  await expect(page.getByText("Up to date")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/2 people, 1 group, 0 removed/)).toBeVisible();
  await look(page, "ldap-directory");
  slapd.add(person("joan"));
  await page.getByRole("button", { name: "Sync now" }).click();
  const dialog = page.getByRole("dialog", { name: "Sync now" });
  await dialog.getByRole("radio", { name: /^Everything/ }).check();
  await look(page, "ldap-directory-sync");
  await dialog.getByRole("button", { name: "Sync now" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText(/3 people, 1 group/)).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText("Up to date")).toBeVisible();
});
