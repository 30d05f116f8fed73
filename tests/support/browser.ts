import { type Browser, type BrowserContext, test as base, type Page } from "@playwright/test";

/**
 * Playwright's `test`, whose browsers wait for a page's program as a person does without knowing it. A button can be seen some
 * moments before anything listens to it, and a machine presses it in just those. So nothing on a page can be pressed before all of
 * it listens, however one came there, and `goto` and `reload` end only then: what is filled in before is lost as well.
 */
export const test = base.extend<object, { browser: Browser }>({
  browser: [
    async ({ browser }, use) => {
      const newContext = browser.newContext.bind(browser);
      browser.newContext = async (...options) => await patient(await newContext(...options));
      await use(browser);
    },
    { scope: "worker" },
  ],
});

async function patient(context: BrowserContext): Promise<BrowserContext> {
  await context.addInitScript(holdBack);
  context.on("page", (page) => {
    const [goto, reload] = [page.goto.bind(page), page.reload.bind(page)];
    page.goto = async (...to) => await whenHeard(page, goto(...to));
    page.reload = async (...how) => await whenHeard(page, reload(...how));
  });
  return context;
}

async function whenHeard<Answer>(page: Page, loaded: Promise<Answer>): Promise<Answer> {
  const answer = await loaded;
  await page.waitForFunction(() => document.documentElement.style.pointerEvents !== "none");
  return answer;
}

/** Runs in the page before anything of it. React leaves a property on each element that it listens to. */
function holdBack(): void {
  const listens = (element: Element) => Object.keys(element).some((key) => key.startsWith("__reactProps$"));
  let loaded = false;
  addEventListener("load", () => {
    loaded = true;
  });
  const look = () => {
    const page = document.documentElement;
    const controls =
      "__next_f" in self
        ? [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea")]
        : [];
    const ready = loaded && controls.every(listens);
    // The browser's own way to let a press through to nothing: Playwright sees it, and tries again.
    page?.style.setProperty("pointer-events", ready ? "" : "none");
    if (!ready) setTimeout(look, 20);
  };
  look();
}
