import { beforeAll, describe, expect, test } from "vitest";
import { getGuide, listGuides } from "#lib/guides/library.ts";
import { LANGUAGES } from "#lib/guides/schema.ts";
import { type GuideValues, PLACEHOLDERS } from "#lib/guides/shape.ts";
import { guidesInNode } from "#tests/support/guides/bundle.ts";

const VALUES: GuideValues = Object.fromEntries(
  PLACEHOLDERS.map((name) => [name, `https://vendor.example/${name}`]),
);
const rows = await listGuides("en");

let html: Awaited<ReturnType<typeof guidesInNode>>["html"];

beforeAll(async () => {
  ({ html } = await guidesInNode());
});

describe.each(LANGUAGES)("in %s", (language) => {
  test.each(rows.map(({ id }) => id))("%s is rendered whole, and asks nothing of the network", async (id) => {
    const guide = await getGuide(id, language);
    if (!guide) throw new Error(`There is no guide ${id}.`);
    const page = html({ language, guide, values: VALUES });
    const missing = guide.steps.filter(({ title }) => !page.includes(escaped(title)));
    expect(missing.map(({ id }) => id)).toEqual([]);
    // No value's name is left where the value was to stand, and no mark of the text is shown.
    expect(page.match(/\{(?!username)[a-z_]+\}|\*\*/g) ?? []).toEqual([]);
    // What is read offline must load nothing: addresses are text, links stay on the page.
    expect([...page.matchAll(/(?:src|href|action|data)="(?!#)([^"]*)"/g)].map(([, to]) => to)).toEqual([]);
    expect(page.match(/url\((?!#)[^)]*/g) ?? []).toEqual([]);
  });

  test.each(rows.map(({ id }) => id))("%s draws where things are, and says it in words", async (id) => {
    const guide = await getGuide(id, language);
    if (!guide) throw new Error(`There is no guide ${id}.`);
    expect(guide.steps.filter(({ drawing }) => drawing).length).toBeGreaterThanOrEqual(1);
    const drawings = html({ language, guide, values: VALUES }).match(/<svg viewBox.*?<\/svg>/gs) ?? [];
    for (const drawing of drawings.filter((each) => each.includes('role="img"')))
      expect(drawing).toMatch(/<title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]+<\/desc>/);
  });

  test("without its values, a guide says what is missing instead of showing holes", async () => {
    const guide = await getGuide("okta", language);
    if (!guide) throw new Error("There is no guide okta.");
    const page = html({ language, guide, values: {} });
    expect(page.includes(language === "de" ? "noch nicht bekannt" : "not known yet")).toBe(true);
  });

  test("the list names each guide once", async () => {
    const guides = await listGuides(language);
    const page = html({ language, guides, values: {} });
    for (const { id } of guides) expect(page.split(`href="#${id}"`)).toHaveLength(2);
  });
});

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#x27;");
}
