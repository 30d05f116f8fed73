import { type BrowserContext, expect, type Page } from "@playwright/test";
import { violationsOn } from "#tests/support/accessibility.ts";
import { test } from "#tests/support/browser.ts";
import { openMenu } from "#tests/support/first-steps.ts";
import { type Installation, startInstallation } from "#tests/support/installation.ts";

const PAGES = [
  "/",
  "/customers",
  "/deployments",
  "/deployments/new",
  "/audit",
  "/people",
  "/account",
  "/settings",
];

let installation: Installation;
let context: BrowserContext;
let page: Page;
let complaints: string[] = [];

test.beforeAll(async ({ browser }) => {
  installation = await startInstallation();
  context = await browser.newContext({ baseURL: installation.consoleUrl });
  page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(installation.setUpLink);
  await page.getByLabel("Your name").fill("Console owner");
  await page.getByLabel("E-mail").fill("owner@example.com");
  await page.getByLabel("Password").fill("four plain words, long enough");
  await page.getByRole("button", { name: "Create the first owner" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
});

test.beforeEach(() => {
  complaints = [];
});

test.afterAll(async () => {
  await context.close();
  await installation.stop();
});

test("a new console says what to do first", async () => {
  await page.goto("/");
  await expect(page.getByText("There are no sites yet.")).toBeVisible();
  await expect(page.getByRole("link", { name: "Add customer" })).toBeVisible();
});

for (const theme of ["light", "dark"]) {
  test(`every page is accessible in the ${theme} theme, and the browser has nothing to complain about`, async () => {
    await choose(theme);
    for (const path of PAGES) {
      await page.goto(path);
      await expect(page.locator("html")).toHaveAttribute("data-theme", theme);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      expect(await violationsOn(page), path).toEqual([]);
    }
    expect(complaints).toEqual([]);
  });
}

test("on a phone no page is wider than the screen, and the rail is a sheet", async () => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of PAGES) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(beyond, path).toBeLessThanOrEqual(0);
  }
  await page.goto("/");
  await page.getByRole("button", { name: "Open the menu" }).click();
  await page.getByRole("dialog").getByRole("link", { name: "Deployments" }).click();
  await expect(page).toHaveURL(/\/deployments$/);
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.setViewportSize({ width: 1440, height: 900 });
});

test("the keyboard alone skips to the page, goes anywhere, and comes back from where it went", async () => {
  await page.goto("/");
  await listening();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the page" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.locator("main")).toBeFocused();

  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page).toHaveURL(/\/deployments$/);

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Search and commands" })).toBeVisible();
  await page.keyboard.type("audit");
  await expect(page.getByRole("option", { name: /^Audit/ })).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/audit$/);

  await page.getByRole("button", { name: "Account of Console owner" }).focus();
  await page.keyboard.press("Enter");
  // The menu takes the keyboard a moment after it is shown.
  await expect(page.getByRole("menu")).toBeFocused();
  await page.keyboard.press("k");
  await expect(page.getByRole("menuitem", { name: "Keyboard shortcuts" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("whoever turns single keys off keeps Ctrl K and loses the rest", async () => {
  await page.goto("/");
  await listening();
  await page.keyboard.press("?");
  await page.getByRole("switch", { name: /Single-key shortcuts/ }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toBeHidden();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Search and commands" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.evaluate(() => localStorage.clear());
});

test("a chosen theme comes with the first byte of the next page", async () => {
  await page.goto("/");
  await openMenu(page, "Account of Console owner");
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  const served = await (await context.request.get("/audit")).text();
  expect(served).toMatch(/<html[^>]*data-theme="dark"/);
});

test("a path that no page has is not found, in the frame", async () => {
  const answer = await page.goto("/no-such-page");
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is no such page." })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeVisible();
});

test("every answer carries the security headers, and each page a nonce of its own", async () => {
  const headersOf = async () => (await context.request.get("/")).headers();
  const [first, second] = [await headersOf(), await headersOf()];
  expect(first["content-security-policy"]).toContain("default-src 'none'");
  expect(first["content-security-policy"]).not.toBe(second["content-security-policy"]);
  expect(first).toMatchObject({
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
  });
  expect(first["strict-transport-security"]).toBeUndefined();
});

test("signing out ends at the sign-in page, and the console stays shut", async () => {
  await page.goto("/");
  await openMenu(page, "Account of Console owner");
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/deployments");
  await expect(page).toHaveURL(/\/sign-in/);
});

async function choose(theme: string): Promise<void> {
  await context.addCookies([{ name: "sallyport-theme", value: theme, url: installation.consoleUrl }]);
}

/** Keys are listened to from the moment on in which buttons know their menus. */
async function listening(): Promise<void> {
  const account = page.getByRole("button", { name: "Account of Console owner" });
  await expect(account).toHaveAttribute("aria-haspopup", "menu");
}
