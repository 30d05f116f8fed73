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

/**
 * Of no use to anybody: where Chromium asks what each form is for and whether there is a newer one of it, whatever it is told of background networking; and names that tests
 * lead to and nobody can have (RFC 2606). Whatever else a page asks for is not touched.
 */
export const NAMES_NOT_ASKED_FOR = `--host-resolver-rules=${[
  "content-autofill.googleapis.com",
  "update.googleapis.com",
  "*.example",
  "*.example.com",
]
  .map((name) => `MAP ${name} ~NOTFOUND`)
  .join(", ")}`;
