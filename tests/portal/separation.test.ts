import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const among = (pattern: string) => globSync(pattern, { cwd: ROOT });

/** How a person of the console is found out; and how a set-up link is. */
const PERSON = /\b(?:requireActor|currentActor|runAction)\b/;
const LINK = /\b(?:requireSetup|currentSetup|runPortalAction)\b/;

test.each(among("{app/(portal),components/portal,lib/portal}/**/*.{ts,tsx}"))(
  "%s never asks for a person's session",
  (path) => expect(read(path).replace(/\/\*[\s\S]*?\*\//g, "")).not.toMatch(PERSON),
);

test("the console never takes a set-up link for a person", () => {
  const console = [...among("app/{(console),(auth),api}/**/*.{ts,tsx}"), ...among("lib/**/*.ts")].filter(
    (path) => !path.startsWith("lib/portal/"),
  );
  expect(console.filter((path) => LINK.test(read(path)))).toEqual([]);
});
