import { type Browser, expect, type Page } from "@playwright/test";
import { Secret, TOTP } from "otpauth";
import { test } from "#tests/support/browser.ts";
import { openMenu } from "#tests/support/first-steps.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";
import { GRACE, type OidcIdp, startOidcIdp } from "#tests/support/oidc-provider.ts";

// How people come to this console, and what they prove at its door.
test.describe.configure({ mode: "serial" });

const OWNER = { email: "owner@vendor.example", password: "a door with two leaves" };
const OPERATOR = { email: "operator@vendor.example", password: "another door, two leaves" };
const redirectUris: string[] = [];

let site: Installation;
let oidc: OidcIdp;
let owner: Page;
let totpSecret = "";
let recoveryCode = "";

test.beforeAll(async ({ browser }) => {
  oidc = await startOidcIdp(redirectUris, { ...GRACE, email: "grace@vendor.example", email_verified: true });
  site = await startInstallation();
  owner = await someBrowser(browser);
  await owner.goto(site.setUpLink);
  await owner.getByLabel("Your name").fill("Console owner");
  await owner.getByLabel("E-mail").fill(OWNER.email);
  await owner.getByLabel("Password").fill(OWNER.password);
  await owner.getByRole("button", { name: "Create the first owner" }).click();
  await expect(owner.getByRole("navigation").first()).toContainText("Deployments");
});

test.afterAll(async () => {
  await owner?.context().close();
  await site?.stop();
  await oidc?.close();
});

test("somebody invited joins with a password of their own, in the role they were given", async ({
  browser,
}) => {
  const link = await invite(OPERATOR.email, "Operator");
  const page = await someBrowser(browser);
  await page.goto(link);
  await expect(page.getByText("invites you as operator")).toBeVisible();
  await page.getByLabel("Your name").fill("Site operator");
  await page.getByLabel("Password").fill(OPERATOR.password);
  await page.getByRole("button", { name: "Join", exact: true }).click();
  await expect(page.getByRole("navigation").first()).toContainText("Deployments");
  await page.goto(`${site.consoleUrl}/settings/sign-in`);
  await expect(page.getByLabel("Require a second factor")).toHaveCount(0);
  await page.goto(link);
  await expect(page.getByText(/was used already/)).toBeVisible();
  await page.context().close();
});

test("an owner adds an OpenID Connect provider, which is asked before it is saved", async () => {
  await owner.goto(`${site.consoleUrl}/settings/sign-in`);
  redirectUris.push(`${site.consoleUrl}/api/sso/callback`);
  await owner.getByRole("button", { name: "Add provider" }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Vendor directory");
  await dialog.getByRole("textbox", { name: "Issuer" }).fill("http://127.0.0.1:9");
  await dialog.getByLabel("Client ID").fill(oidc.clientId);
  await dialog.getByLabel("Client secret").fill(oidc.clientSecret);
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog.getByText("No OpenID provider answered under this issuer.")).toBeVisible();
  await dialog.getByRole("textbox", { name: "Issuer" }).fill(oidc.issuer);
  await dialog.getByRole("button", { name: "Check and add" }).click();
  await expect(dialog).toBeHidden();
  await expect(owner.getByText("Offered", { exact: true })).toBeVisible();
});

test("the provider is renamed, and its secret stays", async () => {
  await openMenu(owner, "Actions for Vendor directory");
  await owner.getByRole("menuitem", { name: "Edit…" }).click();
  const dialog = owner.getByRole("dialog");
  await expect(dialog.getByRole("textbox", { name: "Issuer" })).toHaveValue(oidc.issuer);
  await dialog.getByLabel("Name").fill("Contoso");
  await dialog.getByRole("button", { name: "Check and save" }).click();
  await expect(dialog).toBeHidden();
  await expect(owner.getByRole("button", { name: "Actions for Contoso" })).toBeVisible();
});

test("whoever was not invited is not let in, and reads the same as everybody", async ({ browser }) => {
  const page = await someBrowser(browser);
  await page.goto(`${site.consoleUrl}/sign-in`);
  await page.getByRole("link", { name: "Continue with Contoso" }).click();
  await expect(page.getByText("Signing in this way did not work.")).toBeVisible();
  await page.context().close();
});

test("somebody invited joins through the provider, and signs in through it from then on", async ({
  browser,
}) => {
  const page = await someBrowser(browser);
  await page.goto(await invite("grace@vendor.example", "Support"));
  await page.getByRole("link", { name: "Join with Contoso" }).click();
  await expect(page.getByRole("navigation").first()).toContainText("Deployments");
  await signOut(page);
  await page.getByRole("link", { name: "Continue with Contoso" }).click();
  await expect(page.getByRole("navigation").first()).toContainText("Deployments");
  await page.context().close();
});

test("a second factor is set up with a first code, and its recovery codes are shown once", async () => {
  await owner.goto(`${site.consoleUrl}/account`);
  await owner.getByRole("button", { name: "Set up" }).click();
  const dialog = owner.getByRole("dialog", { name: "Set up a second factor" });
  totpSecret = ((await dialog.locator("code").textContent()) ?? "").replaceAll(" ", "");
  await dialog.getByLabel("Code").fill("000000");
  await dialog.getByRole("button", { name: "Set up" }).click();
  await expect(dialog.getByText(/Not the code for now/)).toBeVisible();
  await dialog.getByLabel("Code").fill(code());
  await dialog.getByRole("button", { name: "Set up" }).click();
  const codes = owner.getByRole("dialog", { name: "Recovery codes" });
  recoveryCode = (await codes.getByRole("listitem").first().textContent()) ?? "";
  await codes.getByRole("button", { name: "I have kept them" }).click();
  await expect(owner.getByText("10 of 10 recovery codes are left.")).toBeVisible();
});

test("the password alone opens nothing any more; with a recovery code, once, it does", async () => {
  await signOut(owner);
  await withPassword(owner);
  await owner.goto(`${site.consoleUrl}/deployments`);
  await expect(owner).toHaveURL(/\/sign-in/);
  await withPassword(owner);
  await recover(owner);
  await expect(owner.getByRole("navigation").first()).toContainText("Deployments");
  await signOut(owner);
  await withPassword(owner);
  await recover(owner);
  await expect(owner.getByText(/not right, or was used before/i).first()).toBeVisible();
});

test("a code of the authenticator app signs in, and the same code does not sign in twice", async () => {
  await owner.goto(`${site.consoleUrl}/sign-in`);
  await withPassword(owner);
  // The one that set the factor up is spent: the next time step brings another.
  const fresh = new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate({
    timestamp: Date.now() + 30_000,
  });
  await owner.getByLabel("Code").fill(fresh);
  await owner.getByRole("button", { name: "Continue" }).click();
  await expect(owner.getByRole("navigation").first()).toContainText("Deployments");
  await signOut(owner);
  await withPassword(owner);
  await owner.getByLabel("Code").fill(fresh);
  await owner.getByRole("button", { name: "Continue" }).click();
  await expect(owner.getByText(/not right, or was used before/i).first()).toBeVisible();
});

async function someBrowser(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return page;
}

async function invite(email: string, role: string): Promise<string> {
  await owner.goto(`${site.consoleUrl}/people`);
  await owner.getByRole("button", { name: "Invite", exact: true }).click();
  const dialog = owner.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByRole("radio", { name: new RegExp(`^${role}`) }).check();
  await dialog.getByRole("button", { name: "Make invitation" }).click();
  const link = await dialog.getByText(/\/invite\?token=/).textContent();
  return link?.trim() ?? "";
}

async function withPassword(page: Page): Promise<void> {
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByRole("button", { name: "Use a recovery code" })).toBeVisible();
}

async function recover(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Use a recovery code" }).click();
  await page.getByLabel("Recovery code").fill(recoveryCode);
  await page.getByRole("button", { name: "Continue" }).click();
}

async function signOut(page: Page): Promise<void> {
  await openMenu(page, /^Account/);
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}

const code = () => new TOTP({ secret: Secret.fromBase32(totpSecret) }).generate();
