import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/sign-in-security.md"), "utf8");

interface Line {
  attack: string;
  tests: { file: string; name: string }[];
}

/** The lines of every table: what is promised, and by which tests. */
const lines: Line[] = page
  .split("\n")
  .map((line) => /^\| (?<attack>.+) \| .+ \| (?<tests>.+) \|$/.exec(line)?.groups)
  .flatMap((cells) =>
    cells && cells.attack !== "attack"
      ? [{ attack: cells.attack ?? "", tests: namedIn(cells.tests ?? "") }]
      : [],
  );

function namedIn(cell: string): Line["tests"] {
  const tests: Line["tests"] = [];
  let file = "";
  for (const [, path, name] of cell.matchAll(/`([^`]+\.ts)`|"([^"]+)"/g)) {
    if (path) file = path;
    else tests.push({ file, name: name ?? "" });
  }
  return tests;
}

test("every promise of sign-in security names a test", () => {
  expect(lines.length).toBeGreaterThan(50);
  for (const { attack, tests } of lines) expect(tests, attack).not.toEqual([]);
});

test.each(lines)("the tests for $attack are where the page says", ({ tests }) => {
  for (const { file, name } of tests) {
    const path = join(root, "tests", file);
    expect(existsSync(path), `${file} does not exist`).toBe(true);
    const source = readFileSync(path, "utf8");
    // The whole of a title or of a row's name: a longer one is another promise.
    const literals = ['"', "'", "`"].map((quote) => `${quote}${name}${quote}`);
    expect(
      literals.some((literal) => source.includes(literal)),
      `${file} has no test named "${name}"`,
    ).toBe(true);
  }
});
