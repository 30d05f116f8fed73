import { mkdirSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { violationsOn } from "./accessibility.ts";

const PICTURES = process.env.SALLYPORT_PICTURES;

/** What stands on the page is accessible in both themes and no wider than the screen; and a picture of each where a variable names a folder. */
export async function look(page: Page, name: string): Promise<void> {
  // A page's title comes a moment after the page, where it was reached without loading one.
  await expect(page).toHaveTitle(/./);
  await wear(page, "light");
  await see(page, name, "light", 1440, "everything");
  await wear(page, "dark");
  await see(page, name, "dark", 1440, "colours");
  await see(page, name, "dark", 390, "everything");
  if (PICTURES) {
    await wear(page, "light");
    await see(page, name, "light", 390, "colours");
  }
  await page.setViewportSize({ width: 1440, height: 900 });
}

async function wear(page: Page, theme: "light" | "dark"): Promise<void> {
  await page.evaluate(async (chosen) => {
    document.documentElement.dataset.theme = chosen;
    // Colours that are still on their way are neither theme's. What turns for ever has no colours on the way.
    const onTheWay = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(onTheWay.map(({ finished }) => finished));
  }, theme);
}

async function see(
  page: Page,
  name: string,
  theme: "light" | "dark",
  width: number,
  what: "everything" | "colours",
): Promise<void> {
  if (page.viewportSize()?.width !== width) await page.setViewportSize({ width, height: 900 });
  // From the top: what the header happens to cover is no smaller for it.
  const overflow = await page.evaluate(() => {
    scrollTo({ top: 0, behavior: "instant" });
    return document.documentElement.scrollWidth - innerWidth;
  });
  expect.soft(overflow, `${name} is no wider than ${width}`).toBeLessThanOrEqual(0);
  expect.soft(await violationsOn(page, what), `${name}, ${theme}, ${width}`).toEqual([]);
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}-${theme}-${width}.png`, fullPage: true });
}
