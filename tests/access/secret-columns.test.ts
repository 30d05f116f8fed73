import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** Columns of the console's tables that hold a secret, sealed or hashed, by their names in the schema. */
const SECRET_COLUMNS = globSync("prisma/schema/*.prisma", { cwd: ROOT })
  .flatMap((path) => [...read(path).matchAll(/^\s+(\w+(?:Hash|Sealed|Fingerprint))\s/gm)])
  .map(([, name]) => name ?? "");

const SCREENS = [
  ...globSync("lib/**/queries.ts", { cwd: ROOT }),
  ...globSync("app/**/*.{ts,tsx}", { cwd: ROOT }),
];

test("the schema names its secrets, so that they can be looked for", () => {
  const expected = [
    "passwordHash",
    "tokenHash",
    "secretSealed",
    "codeHash",
    "clientSecretSealed",
    "driverKeySealed",
  ];
  expect(SECRET_COLUMNS).toEqual(expect.arrayContaining(expected));
});

test.each(SCREENS)("%s selects no secret", (path) => {
  const selected = [...read(path).matchAll(/\b(\w+): true\b/g)].map(([, name]) => name);
  expect(selected.filter((name) => SECRET_COLUMNS.includes(name ?? ""))).toEqual([]);
});
