import { execFileSync } from "node:child_process";
import { expect, type Page } from "@playwright/test";
import type { Guide, GuideRow, Language } from "#lib/guides/schema.ts";
import type { GuideValues } from "#lib/guides/shape.ts";
import { violationsOn } from "#tests/support/accessibility.ts";
import { test } from "#tests/support/browser.ts";
import { guidesInBrowser } from "#tests/support/guides/bundle.ts";

// Guides as they are read: every one on a wide screen, on a phone and on paper. No program runs behind them: nothing is asked for.

const VALUES: GuideValues = {
  application: "Aurora",
  acs_url: "https://sso.aurora.example/sso/saml/acs/4yK1qZ8mT0bW2nX6",
  entity_id: "https://sso.aurora.example/4yK1qZ8mT0bW2nX6",
  metadata_url: "https://sso.aurora.example/sso/saml/metadata/4yK1qZ8mT0bW2nX6",
  slo_url: "https://sso.aurora.example/sso/saml/slo/4yK1qZ8mT0bW2nX6",
  redirect_uri: "https://sso.aurora.example/sso/oidc/callback/4yK1qZ8mT0bW2nX6",
  post_logout_redirect_uri: "https://sso.aurora.example/sso/oidc/logout/4yK1qZ8mT0bW2nX6",
  scim_url: "https://sso.aurora.example/scim/v2.0/4yK1qZ8mT0bW2nX6",
  scim_token: "a-token-of-no-value",
};

interface Shown {
  guide?: Guide;
  guides?: GuideRow[];
  airGapped?: boolean;
}

let script: string;
let style: string;
let library: Record<Language, { guides: Guide[]; rows: GuideRow[] }>;

test.beforeAll(async () => {
  ({ script, style } = await guidesInBrowser());
  // Server code: read by a program of its own, under the condition that it is made for.
  const read = `
    import { getGuide, listGuides } from "#lib/guides/library.ts";
    const all = async (language) => {
      const rows = await listGuides(language, { airGapped: true });
      return { rows, guides: await Promise.all(rows.map(({ id }) => getGuide(id, language))) };
    };
    console.log(JSON.stringify({ en: await all("en"), de: await all("de") }));`;
  const flags = ["--conditions=react-server", "--input-type=module", "--eval", read];
  library = JSON.parse(execFileSync(process.execPath, flags, { encoding: "utf8", maxBuffer: 64_000_000 }));
});

async function open(page: Page, theme: string, language: Language): Promise<void> {
  await page.setContent(
    `<!doctype html><html lang="${language}" data-theme="${theme}"><head><title>Guide</title><style>${style}</style></head><body></body></html>`,
  );
  await page.addScriptTag({ content: script });
}

/** Puts it in the place of what the page showed before. */
async function put(page: Page, language: Language, shown: Shown): Promise<void> {
  await page.evaluate(
    ([rest, values]) => {
      const { guides } = window as unknown as { guides: { mount(element: unknown, shown: unknown): void } };
      const here = document.createElement("div");
      document.body.replaceChildren(here);
      guides.mount(here, { ...rest, values });
    },
    [{ ...shown, language }, VALUES] as const,
  );
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
}

async function show(page: Page, theme: string, language: Language, shown: Shown): Promise<void> {
  await open(page, theme, language);
  await put(page, language, shown);
}

function beyondTheEdge(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Labels of drawings that reach over the edge of their drawing. */
function tooWide(page: Page): Promise<(string | null)[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<SVGSVGElement>("svg[aria-labelledby]")]
      .filter((drawing) => drawing.getBoundingClientRect().width > 0)
      .flatMap((drawing) => {
        const edge = drawing.getBoundingClientRect().right;
        return [...drawing.querySelectorAll("text")]
          .filter((text) => text.getBoundingClientRect().right > edge)
          .map((text) => text.textContent);
      }),
  );
}

// What a theme or a language makes of a guide is its colours and its widths; how it is built is the same in both.
for (const [theme, language, what] of [
  ["light", "en", "everything"],
  ["dark", "de", "colours"],
] as const)
  test(`every guide is accessible and fits with its drawings, wide and on a phone (${theme}, ${language})`, async ({
    page,
  }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await open(page, theme, language);
    for (const guide of library[language].guides) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await put(page, language, { guide, airGapped: true });
      expect(await violationsOn(page, what), guide.id).toEqual([]);
      for (const width of [1440, 390]) {
        await page.setViewportSize({ width, height: 900 });
        expect(await beyondTheEdge(page), `${guide.id} at ${width}`).toBeLessThanOrEqual(0);
        expect(await tooWide(page), `drawings of ${guide.id} at ${width}`).toEqual([]);
      }
    }
    expect(await violationsOn(page)).toEqual([]);
    expect(asked).toEqual([]);
  });

test("what is wrong with a page is found: a picture without words, and words too pale to read", async ({
  page,
}) => {
  await page.setContent(
    '<!doctype html><html lang="en"><title>Bad</title><body style="background:#fff"><main><h1>Bad</h1><img src="data:,"><p style="color:#ccc">Pale</p></main>',
  );
  expect(await violationsOn(page)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^image-alt:/), expect.stringMatching(/^color-contrast:/)]),
  );
  expect(await violationsOn(page, "colours")).toEqual([expect.stringMatching(/^color-contrast: .*Pale/)]);
});

test("one click copies the value, and says so", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.route("https://guides.example/", (route) =>
    route.fulfill({ contentType: "text/html", body: "<p></p>" }),
  );
  await page.goto("https://guides.example/");
  const guide = library.de.guides.find(({ id }) => id === "okta");
  if (!guide) throw new Error("There is no guide okta.");
  await show(page, "light", "de", { guide });
  await page.getByRole("button", { name: "Single sign-on URL kopieren" }).click();
  await expect(page.getByText("Single sign-on URL kopiert")).toBeAttached();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(VALUES.acs_url);
});

test("on paper a guide is light, without buttons, and says everything", async ({ page }) => {
  const guide = library.en.guides.find(({ id }) => id === "keycloak");
  if (!guide) throw new Error("There is no guide keycloak.");
  await show(page, "dark", "en", { guide });
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("button")).toHaveCount(0);
  const [paper, ink] = await page.evaluate(() => [
    getComputedStyle(document.documentElement).backgroundColor,
    getComputedStyle(document.body).color,
  ]);
  expect(paper).toBe("oklch(1 0 0)");
  expect(ink).toContain("oklch(0.21");
  for (const { symptom } of guide.generalProblems.slice(0, 2))
    await expect(page.getByText(symptom).first()).toBeVisible();
  expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(20_000);
});

test("a product is found by any of its names, with the keyboard alone; who finds none is shown the general ones", async ({
  page,
}) => {
  await show(page, "light", "en", { guides: library.en.rows, airGapped: true });
  expect(await violationsOn(page)).toEqual([]);
  await page.getByRole("searchbox", { name: "Search" }).focus();
  await page.keyboard.type("azure");
  await expect(page.getByRole("link", { name: "Microsoft Entra ID" }).first()).toBeVisible();
  await expect(page.getByRole("link", { name: "Okta" })).toHaveCount(0);
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Microsoft Entra ID" }).first()).toBeFocused();
  await page.getByRole("searchbox", { name: "Search" }).fill("our own thing");
  await expect(page.getByText("No guide fits “our own thing”.")).toBeVisible();
});
