import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** Debian's Chromium, or the one a variable names. Playwright's own is a download. */
const executablePath =
  [
    process.env.SALLYPORT_CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ].find((path) => path && existsSync(path)) ?? "/usr/bin/chromium";

export default defineConfig({
  testDir: "browser",
  outputDir: "../test-results/browser",
  globalSetup: "./support/shared-installations.ts",
  // Each spec mostly waits: for pages, for programs, for other people's time.
  workers: 2,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [["list"], ["json", { outputFile: "../test-results/browser.json" }]],
  use: {
    viewport: { width: 1440, height: 900 },
    // Recording every step takes nearly as much of the processor as the steps; a failure also says what stood on the page.
    trace: process.env.SALLYPORT_TRACE ? "retain-on-failure" : "off",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath,
      args: [
        // Chromium's sandbox refuses root; ordinary users keep it.
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
