import { existsSync } from "node:fs";

/** Debian's Chromium, or the one a variable names. Playwright's own is a download. */
export const CHROMIUM =
  [
    process.env.SALLYPORT_CHROMIUM,
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
  ].find((path) => path && existsSync(path)) ?? "/usr/bin/chromium";

/** It asks nothing of the network by itself. */
export const CHROMIUM_FLAGS = [
  // Chromium's sandbox refuses root; ordinary users keep it.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
