import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "@playwright/test";
import { becomeOwner } from "./first-steps.ts";
import { type Left, leaveInstallation, untilItServes } from "./installation.ts";

/** Where the installations of this run are written down; set by ./shared-installations.ts. */
export const SHARED_FOLDER = "SALLYPORT_TEST_SHARED";

/** An installation that other specs have used before this one, and others will after it. */
export type SharedInstallation = Pick<Left, "consoleUrl" | "identityUrl">;

/**
 * An installation for specs that need no console of their own, with its owner signed in: starting one takes longer than most of
 * what is done in it. Every spec makes a customer of a name that no other has, and looks at nothing that is of the whole console:
 * its settings, who signs in, what is there when there is nothing. Only one spec at a time is in it.
 */
export async function enterSharedInstallation(
  browser: Browser,
): Promise<{ site: SharedInstallation; owner: Page }> {
  const folder = process.env[SHARED_FOLDER];
  if (!folder) throw new Error("The browser tests were not started with their configuration.");
  const place = join(folder, `installation-${process.env.TEST_PARALLEL_INDEX}`);
  const [written, session] = [`${place}.json`, `${place}-owner.json`];
  // Written down before it serves: whoever is stopped while it starts leaves it to the next.
  if (!existsSync(written)) writeFileSync(written, JSON.stringify(await leaveInstallation(`${place}.log`)));
  const site: Left = JSON.parse(readFileSync(written, "utf8"));
  const setUpLink = await untilItServes(site).catch((error) => {
    rmSync(written);
    throw error;
  });
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    ...(existsSync(session) ? { storageState: session } : {}),
  });
  const owner = await context.newPage();
  owner.setDefaultTimeout(20_000);
  if (!existsSync(session)) {
    await becomeOwner(owner, { setUpLink });
    await context.storageState({ path: session });
  }
  return { site, owner };
}
