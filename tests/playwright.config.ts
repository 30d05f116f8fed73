import { defineConfig } from "@playwright/test";
import { CHROMIUM, CHROMIUM_FLAGS, NAMES_NOT_ASKED_FOR } from "./support/chromium.ts";

export default defineConfig({
  testDir: "browser",
  // What lies beside them and is no spec is Vitest's.
  testMatch: "**/*.spec.ts",
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
    launchOptions: { executablePath: CHROMIUM, args: [...CHROMIUM_FLAGS, NAMES_NOT_ASKED_FOR] },
  },
});
