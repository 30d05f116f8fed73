import { expect, type Locator, type Page } from "@playwright/test";

/** More than any page has to reach, and back to its beginning. */
const MOST_TABS = 200;

/** Somebody who has a keyboard and nothing else: what cannot be reached with Tab is not there for them. */
export function keyboardOf(page: Page) {
  async function reach(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    for (let tab = 0; tab < MOST_TABS; tab += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`${target} is not reached with Tab.`);
  }
  return {
    reach,
    press: async (target: Locator) => {
      await reach(target);
      await page.keyboard.press("Enter");
    },
    /** In place of what stood there. */
    write: async (target: Locator, text: string) => {
      await reach(target);
      await page.keyboard.press("ControlOrMeta+a");
      await page.keyboard.insertText(text);
      await expect(target).toHaveValue(text);
    },
  };
}
