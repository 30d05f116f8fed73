import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";

/** The specs that share an installation, by the customers that each makes in it. */
function customersMade(): [customer: string, spec: string][] {
  return globSync(join(import.meta.dirname, "*.spec.ts"))
    .map((file) => [basename(file), readFileSync(file, "utf8")] as const)
    .filter(([, text]) => text.includes("enterSharedInstallation("))
    .flatMap(([spec, text]) =>
      [...text.matchAll(/\bcustomer: "([^"]+)"/g)].map(([, name = ""]): [string, string] => [name, spec]),
    );
}

// Which specs meet in one installation depends on who is done first: such a name is refused only now and then.
test("no two specs make a customer of the same name in an installation that they share", () => {
  const made = customersMade();
  expect(made.length).toBeGreaterThan(10);
  const twice = made.filter(([name, spec]) =>
    made.some(([other, elsewhere]) => other === name && elsewhere !== spec),
  );
  expect(twice).toEqual([]);
});
