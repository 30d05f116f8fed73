import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createTranslator } from "use-intl/core";
import { describe, expect, test } from "vitest";
import { preferred } from "#lib/portal/language.ts";
import { TEXTS } from "#lib/portal/texts/index.ts";
import { LOCALES } from "#lib/portal/texts/locales.ts";

const ROOT = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const AREAS = Object.keys(TEXTS.en) as (keyof typeof TEXTS.en)[];

/** Every text of an area by its whole key: `welcome.title`. */
function flat(value: unknown, prefix = ""): Map<string, string> {
  if (typeof value === "string") return new Map([[prefix.slice(0, -1), value]]);
  return new Map(
    Object.entries(value as object).flatMap(([key, inner]) => [...flat(inner, `${prefix}${key}.`)]),
  );
}

/** The names of what is put into a text: `{date}`, `{count, plural, …}`, `<link>`. */
function placeholders(text: string): string[] {
  const names = [...text.matchAll(/\{\s*(\w+)\s*(?=[,}])|<(\w+)>/g)].map(
    ([, value, tag]) => value ?? `<${tag}>`,
  );
  return [...new Set(names)].sort();
}

/** What the portal is made of: pages, components, and the code that names texts. */
const SOURCES = globSync(
  [
    "app/layout.tsx",
    "{app/(portal),components/portal,components/setup-links,components/guides,app/(console)/guides,lib/portal,lib/guides}/**/*.{ts,tsx}",
  ],
  { cwd: ROOT },
);
const SOURCE = SOURCES.map(read).join("\n");

test("every file of texts is there in each language, and used", () => {
  for (const locale of LOCALES) {
    const files = globSync(`lib/portal/texts/${locale}/*.json`, { cwd: ROOT }).map((path) =>
      basename(path, ".json"),
    );
    expect(files.sort(), locale).toEqual([...AREAS].sort());
  }
});

describe.each(AREAS)("%s", (area) => {
  const english = flat(TEXTS.en[area]);

  test.each(LOCALES.filter((locale) => locale !== "en"))(
    "says the same in %s, with the same facts in it",
    (locale) => {
      const other = flat(TEXTS[locale][area]);
      expect([...other.keys()].sort()).toEqual([...english.keys()].sort());
      for (const [key, text] of english)
        expect.soft(placeholders(other.get(key) ?? ""), key).toEqual(placeholders(text));
    },
  );

  test.each(LOCALES)("every text in %s can be put together", (locale) => {
    for (const [key, text] of flat(TEXTS[locale][area])) {
      const problems: Error[] = [];
      const onError = (error: Error) => problems.push(error);
      const t = createTranslator({ locale, messages: { text } as Record<string, string>, onError });
      const facts = placeholders(text).map((name) => [name, 2]);
      t.markup(
        "text",
        Object.fromEntries(
          facts.map(([name, value]) =>
            String(name).startsWith("<")
              ? [String(name).slice(1, -1), (inner: string) => inner]
              : [name, value],
          ),
        ),
      );
      expect.soft(problems, key).toEqual([]);
      expect.soft(text.trim(), key).not.toBe("");
    }
  });

  // Refusals are shown by their code, wherever it comes from: words-of-refusals.test.ts sees to them.
  test.skipIf(area === "refusals")("has no text that nothing shows", () => {
    // Keys are written whole, or begin in a template: `steps.${step}`.
    const beginnings = [...SOURCE.matchAll(/`([\w.]+\.)\$\{/g)].map(([, beginning]) => beginning ?? "");
    const unused = [...english.keys()].filter(
      (key) => !SOURCE.includes(`"${key}"`) && !beginnings.some((beginning) => key.startsWith(beginning)),
    );
    expect(unused).toEqual([]);
  });
});

describe("no sentence stands in the portal's components", () => {
  // Biome's noJsxLiterals sees to what stands between tags; this to what stands in their attributes.
  const SPOKEN =
    /\b(?:label|title|hint|placeholder|alt|description|aria-label|reason|done|empty)="([^"]*[a-z]{2}[^"]*)"/g;
  test.each(
    SOURCES.filter(
      (path) =>
        path.endsWith(".tsx") && !/^components\/(setup-links|guides)\/|^app\/\(console\)\//.test(path),
    ),
  )("%s", (path) => {
    const said = [...read(path).matchAll(SPOKEN)].map(([, words]) => words);
    expect(said).toEqual([]);
  });
});

test.each([
  ["de-AT,de;q=0.9,en;q=0.8", "de"],
  ["en-US,en;q=0.9,de;q=0.8", "en"],
  ["fr-CH,fr;q=0.9,de;q=0.7,en;q=0.6", "de"],
  ["en;q=0.2, de;q=0.9", "de"],
  ["de;q=0, en", "en"],
  ["fr, es", "en"],
  ["", "en"],
  [null, "en"],
])("a browser that asks for %s gets %s", (header, expected) => {
  expect(preferred(header)).toBe(expected);
});
