import { globSync } from "node:fs";
import { resolve } from "node:path";
import { type Browser, expect, type Page } from "@playwright/test";
import { TEXTS } from "#lib/portal/texts/index.ts";
import { test } from "#tests/support/browser.ts";
import { makeDeployment } from "#tests/support/first-steps.ts";
import { look } from "#tests/support/looks.ts";
import { makeSetupLink, openSetupLink } from "#tests/support/setup-link.ts";
import { enterSharedInstallation, type SharedInstallation } from "#tests/support/shared-installation.ts";

// Every page of the portal, as whoever has a set-up open for everything sees it, and as whoever has none.
test.describe.configure({ mode: "serial" });
test.use({ trace: "off" });

interface Entry {
  at: string;
  /** Needs no set-up: the words that stand there without one. */
  open?: string;
  /** Where it leads on to, for whoever has a set-up. */
  goesTo?: string;
}

/** Each `page.tsx` of the portal. Null: it is about one thing, and the spec that makes the thing looks at it. */
const ENTRIES: Record<string, Entry | null> = {
  ...Object.fromEntries(
    ["", "/activate", "/done", "/mapping", "/metadata", "/renew", "/test", "/values"].map((step) => [
      `/portal/sign-in/[connectionId]${step}`,
      null,
    ]),
  ),
  ...Object.fromEntries(
    ["", "/connect", "/watch", "/roles"].map((step) => [`/portal/directory/[directoryId]${step}`, null]),
  ),
  "/portal/directory": { at: "/portal/directory", goesTo: "/portal/directory/new" },
  "/portal/directory/new": { at: "/portal/directory/new" },
  "/portal/directory/new/scim": { at: "/portal/directory/new/scim?guide=scim-okta" },
  "/portal/directory/new/ldap": { at: "/portal/directory/new/ldap?guide=openldap" },
  "/portal/sign-in/ldap": { at: "/portal/sign-in/ldap?guide=active-directory" },
  "/portal/sign-in/ldap/[connectionId]": null,
  "/portal/sign-in": { at: "/portal/sign-in", goesTo: "/portal/sign-in/new" },
  "/portal/sign-in/new": { at: "/portal/sign-in/new" },
  "/portal": { at: "/portal" },
  "/portal/closed": { at: "/portal/closed", goesTo: "/portal" },
  "/portal/done": { at: "/portal/done" },
  "/portal/enter": { at: "/portal/enter", open: "Type your set-up code" },
  "/portal/open/[token]": { at: "/portal/open/x", open: "This link is not complete" },
  "/portal/ticket": { at: "/portal/ticket?token=x", open: "This link is not complete" },
  "/portal/audit": { at: "/portal/audit" },
  "/portal/status": { at: "/portal/status" },
  "/portal/firewall": { at: "/portal/firewall" },
  "/portal/domains": { at: "/portal/domains" },
};

let site: SharedInstallation;
let owner: Page;
let url = "";

test.beforeAll(async ({ browser }) => {
  ({ site, owner } = await enterSharedInstallation(browser));
  const names = { customer: "Grain Silo", deployment: "Hamburg yard", environment: "Production" } as const;
  const deploymentUrl = await makeDeployment(owner, site, names);
  const purposes = ["Sign-in", "Directory", "Domains", "Certificate", "Audit log"];
  ({ url } = await makeSetupLink(owner, deploymentUrl, { organization: "Grain Silo", purposes }));
});

test.afterAll(async () => {
  await owner?.context().close();
});

test("every page has its entry here", () => {
  const files = globSync("(portal)/**/page.tsx", { cwd: resolve(import.meta.dirname, "../../app") });
  const routes = files.map((file) => `/${file}`.replaceAll(/\/\([^)]*\)|\/page\.tsx$/g, ""));
  expect(Object.keys(ENTRIES).sort()).toEqual(routes.sort());
});

test("without a set-up each leads to the page that says so, unless it is for those", async ({ browser }) => {
  const page = await aBrowser(browser, "en-GB");
  for (const entry of Object.values(ENTRIES)) {
    if (!entry) continue;
    await page.goto(`${site.consoleUrl}${entry.at}`);
    await expect(page.getByRole("heading", { level: 1 }), entry.at).toHaveText(
      entry.open ?? "No set-up is open here",
    );
  }
  await page.context().close();
});

test("with one they are whole, accessible, and fit a phone; in German nothing English is left", async ({
  browser,
}) => {
  test.setTimeout(600_000);
  const page = await openSetupLink(browser, url, "de-DE");
  const english = sentencesOnlyIn(TEXTS.en, TEXTS.de);
  for (const [route, entry] of Object.entries(ENTRIES)) {
    if (!entry) continue;
    await page.goto(`${site.consoleUrl}${entry.at}`);
    await page.waitForURL(`${site.consoleUrl}${entry.goesTo ?? entry.at}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    const text = (await page.locator("header, nav, main").allTextContents()).join("\n");
    expect
      .soft(
        english.filter((sentence) => isSaid(text, sentence)),
        route,
      )
      .toEqual([]);
    await look(page, `portal-page${route.replaceAll(/\W+/g, "-")}`);
  }
  await page.context().close();
});

/**
 * Texts of several words that the other language says otherwise, and that have nothing put into them. One word alone may be what
 * a provider's own screen is labelled with, which is English in any guide.
 */
function sentencesOnlyIn(texts: unknown, others: unknown): string[] {
  if (typeof texts === "string")
    return texts === others || !texts.includes(" ") || texts.length < 12 || /[{<]/.test(texts) ? [] : [texts];
  return Object.entries(texts as object).flatMap(([key, inner]) =>
    sentencesOnlyIn(inner, (others as Record<string, unknown>)[key]),
  );
}

async function aBrowser(browser: Browser, locale: string): Promise<Page> {
  return await (await browser.newContext({ locale })).newPage();
}

/** As words of their own: "OU=Service accounts" in the drawing of a directory says nothing in English. */
function isSaid(text: string, sentence: string): boolean {
  const words = sentence.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\w=])${words}(?!\\w)`).test(text);
}
