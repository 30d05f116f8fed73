import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";

const SCRIPT = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
/** The rules that see colours; nothing else differs between the themes. */
const COLOURS = ["color-contrast", "link-in-text-block"];

/**
 * What axe finds wrong with a page as it stands, by rule and element. It runs within the page, which none of this project's
 * divides into frames: in a page of its own for every answer, as its adapter has it, it took more than twice as long.
 */
export async function violationsOn(
  page: Page,
  of: "everything" | "colours" = "everything",
): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SCRIPT);
  const options: RunOptions = {
    runOnly: of === "colours" ? { type: "rule", values: COLOURS } : { type: "tag", values: RULES },
    resultTypes: ["violations"],
  };
  const violations = await page.evaluate(async (chosen) => {
    const { axe } = window as unknown as { axe: { run(options: RunOptions): Promise<AxeResults> } };
    return (await axe.run(chosen)).violations;
  }, options);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
