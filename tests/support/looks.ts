import { mkdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const PICTURES = process.env.SALLYPORT_PICTURES;

/** What stands on the page is accessible in both themes and no wider than the screen; and a picture of each where a variable names a folder. */
export async function look(page: Page, name: string): Promise<void> {
  for (const theme of ["light", "dark"]) {
    await page.evaluate((chosen) => {
      document.documentElement.dataset.theme = chosen;
    }, theme);
    // Colours that are still on their way are neither theme's. What turns for ever has no colours on the way.
    await page.evaluate(() =>
      Promise.allSettled(
        document
          .getAnimations()
          .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime))
          .map(({ finished }) => finished),
      ),
    );
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      // From the top: what the header happens to cover is no smaller for it.
      await page.evaluate(() => scrollTo({ top: 0, behavior: "instant" }));
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect.soft(overflow, `${name} is no wider than ${width}`).toBeLessThanOrEqual(0);
      if (theme === "dark" && width === 390 && !PICTURES) continue; // colours are those of 1440, and the rest that of light
      const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
      expect
        .soft(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          name,
        )
        .toEqual([]);
      if (!PICTURES) continue;
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: `${PICTURES}/${name}-${theme}-${width}.png`, fullPage: true });
    }
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}
