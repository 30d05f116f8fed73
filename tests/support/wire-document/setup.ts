import { afterAll, afterEach } from "vitest";
import { takeViolations } from "./watch.ts";

// The test that asked for it fails; what is answered outside of any test fails the file.
afterEach(requireNone);
afterAll(requireNone);

function requireNone(): void {
  const violations = takeViolations();
  if (violations.length === 0) return;
  const lines = violations.map(({ operation, status, what }) => `${operation} answered ${status}: ${what}`);
  throw new Error(`Not what WorkOS's OpenAPI document declares:\n${[...new Set(lines)].join("\n")}`);
}
