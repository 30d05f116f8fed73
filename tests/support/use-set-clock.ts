import { readFileSync } from "node:fs";

// Loaded before a program with `--import`: its time is as far ahead of the machine's as the file says, in milliseconds.
const file = process.env.TEST_CLOCK_FILE;
const EVERY_MS = 20;

if (file) {
  const Real = Date;
  let ahead = 0;
  let readAt = Number.NEGATIVE_INFINITY;
  const now = () => {
    if (performance.now() - readAt > EVERY_MS) {
      ahead = Number(readFileSync(file, "utf8"));
      readAt = performance.now();
    }
    return Real.now() + ahead;
  };
  globalThis.Date = new Proxy(Real, {
    apply: () => new Real(now()).toString(),
    construct: (_, args: []) => (args.length === 0 ? new Real(now()) : new Real(...args)),
    get: (_, key) => (key === "now" ? now : Reflect.get(Real, key)),
  });
}
