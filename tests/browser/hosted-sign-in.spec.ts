import { mkdirSync } from "node:fs";
import { type Browser, type BrowserContext, expect, type Page } from "@playwright/test";
import { violationsOn } from "#tests/support/accessibility.ts";
import { test } from "#tests/support/browser.ts";
import { createTestDatabase, startTestCluster } from "#tests/support/cluster.ts";
import { callWire, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

// The hosted sign-in pages as people meet them: in either theme, on a phone, without scripts, by keyboard.
test.describe.configure({ mode: "serial" });

const PICTURES = process.env.SALLYPORT_PICTURES;
const PASSWORD = "a rather long pass phrase";
const EMAIL = "person@outside.example";

let cluster: Awaited<ReturnType<typeof startTestCluster>>;
let service: RunningIdentityService;
let here: TestEnvironment;

test.beforeAll(async () => {
  cluster = await startTestCluster();
  service = await startIdentityService((await createTestDatabase(cluster.url)).identityUrl);
  here = await prepareEnvironment(service);
  await service.manage("PATCH", `/environments/${here.id}`, {
    name: "Harbour orders",
    settings: { authentication: { second_factor: "required" }, branding: { accent_color: "#ffd400" } },
  });
  const user = { email: EMAIL, password: PASSWORD, email_verified: true };
  expect((await callWire(service, here, "POST", "/user_management/users", user)).status).toBe(201);
});
test.afterAll(async () => {
  await service?.close();
  await cluster?.stop();
});

/** Accessible as it is shown, and no wider than the window. */
async function look(page: Page, name: string): Promise<void> {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect(overflow, `${name} is wider than its window`).toBeLessThanOrEqual(0);
  expect(await violationsOn(page), name).toEqual([]);
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/hosted-${name}.png`, fullPage: true });
}

const begin = () =>
  sdkFor(service, here).userManagement.getAuthorizationUrl({
    clientId: here.clientId,
    redirectUri: here.redirectUri,
    provider: "authkit",
  });

async function open(
  browser: Browser,
  options: Parameters<Browser["newContext"]>[0],
): Promise<[BrowserContext, Page]> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  return [context, page];
}

for (const [width, colorScheme] of [
  [1440, "light"],
  [390, "dark"],
  [390, "light"],
  [1440, "dark"],
] as const)
  test(`each page can be read and used, ${width} px wide and ${colorScheme}`, async ({ browser }) => {
    const [context, page] = await open(browser, { viewport: { width, height: 800 }, colorScheme });
    const shown = (name: string) => look(page, `${name}-${width}-${colorScheme}`);
    await page.goto(begin());
    await shown("identify");
    await page.getByRole("link", { name: "Create an account" }).click();
    await shown("sign-up");
    await page.getByRole("link", { name: "Sign in" }).click();
    await page.getByLabel("E-mail address").fill(EMAIL);
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByLabel("Password").fill("wrong pass phrase");
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("alert")).toHaveText("The e-mail address or the password is not right.");
    await shown("credentials");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await expect(page.getByRole("heading", { name: "Set up a second factor" })).toBeVisible();
    await shown("second-factor");
    await page.goto(`${service.url}/authkit/device`);
    await shown("device");
    await context.close();
  });

test("without scripts, and with the keyboard alone", async ({ browser }) => {
  const [context, page] = await open(browser, { javaScriptEnabled: false });
  await page.goto(begin());
  // The field that is to be filled in has the focus: nobody has to look for it.
  await expect(page.getByLabel("E-mail address")).toBeFocused();
  await page.keyboard.type(EMAIL);
  await page.keyboard.press("Enter");
  await expect(page.getByText(EMAIL)).toBeVisible();
  await expect(page.getByLabel("Password")).toBeFocused();
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Set up a second factor" })).toBeVisible();
  await context.close();
});
