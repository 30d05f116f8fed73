import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { expect } from "@playwright/test";
import { test } from "#tests/support/browser.ts";
import { enterSharedInstallation } from "#tests/support/shared-installation.ts";

// What the specs' installations serve was built here.
const BUILT = join(import.meta.dirname, "../../.next");

const DEPLOYMENT = "(console)/deployments/[deploymentId]";

/**
 * The main pages by how much JavaScript a first visit may load, in kB, compressed as the console sends it. 150 is the aim; React and
 * Next.js are 138 of it, and the frame 8; a list's state and table are what lists have besides.
 */
const MOST: readonly [most: number, pages: readonly string[]][] = [
  [150, ["(console)/(overview)", "(console)/allowlists/packs", "(auth)/sign-in"]],
  [155, [DEPLOYMENT]],
  [
    176,
    [
      "(console)/deployments",
      "(console)/customers",
      "(console)/allowlists/requests",
      "(console)/allowlists/fleet",
      "(console)/allowlists/review",
      "(console)/allowlists/sets",
      "(console)/audit",
      "(console)/people",
    ],
  ],
  [185, ["(console)/crossings", `${DEPLOYMENT}/allowlist`, `${DEPLOYMENT}/crossings`, `${DEPLOYMENT}/audit`]],
];

interface ClientManifest {
  entryJSFiles?: Record<string, string[]>;
}

/** The scripts of a first visit: those of every page, of the layouts around it, and its own. */
function scriptsOf(page: string): string[] {
  const { rootMainFiles } = JSON.parse(readFileSync(join(BUILT, "build-manifest.json"), "utf8")) as {
    rootMainFiles: string[];
  };
  const file = join(BUILT, `server/app/${page}/page_client-reference-manifest.js`);
  const global: { __RSC_MANIFEST?: Record<string, ClientManifest> } = {};
  runInNewContext(readFileSync(file, "utf8"), { globalThis: global });
  const [manifest] = Object.values(global.__RSC_MANIFEST ?? {});
  const own = Object.values(manifest?.entryJSFiles ?? {}).flat();
  return [...new Set([...rootMainFiles, ...own.map(decodeURIComponent)])];
}

function kilobytes(scripts: readonly string[]): number {
  const bytes = scripts.map((script) => gzipSync(readFileSync(join(BUILT, script)), { level: 6 }).length);
  return bytes.reduce((sum, one) => sum + one, 0) / 1_000;
}

// An installation that serves has built the console.
test.beforeAll(async ({ browser }) => {
  const { owner } = await enterSharedInstallation(browser);
  await owner.context().close();
});

for (const [most, pages] of MOST) {
  for (const page of pages) {
    test(`a first visit of ${page} loads at most ${most} kB of JavaScript`, () => {
      const loaded = kilobytes(scriptsOf(page));
      // React alone is more than half of this: less would mean that what is loaded was not found.
      expect(loaded).toBeGreaterThan(100);
      expect(loaded).toBeLessThanOrEqual(most);
    });
  }
}
