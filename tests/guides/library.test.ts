import { cp, mkdtemp, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { GuideRow } from "#lib/guides/schema.ts";
import { filled, isGeneral, matches, missingIn } from "#lib/guides/shape.ts";

// The library reads the folder that the program runs in: here, a copy of it.
const HERE = process.cwd();
let folder: string;
let library: typeof import("#lib/guides/library.ts");

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "guides-library-"));
  await cp(join(HERE, "lib/guides"), join(folder, "lib/guides"), { recursive: true });
  vi.stubEnv("SALLYPORT_CONSOLE_DATABASE_URL", "postgres://nobody@localhost/nothing");
  vi.resetModules();
  process.chdir(folder);
  library = await import("#lib/guides/library.ts");
});

afterAll(async () => {
  process.chdir(HERE);
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** As if the file had been put there at another time: the clock of a file system may be coarse. */
async function put(name: string, content: string): Promise<void> {
  await writeFile(join(folder, "lib/guides/data", name), content);
  later += 5_000;
  await utimes(join(folder, "lib/guides/data"), new Date(), new Date(Date.now() + later));
}
let later = 0;

test("what runs on the premises comes first where the Internet is out of reach", async () => {
  const guides = await library.listGuides("en", { airGapped: true });
  const reach = guides.map((guide) => guide.reach);
  expect(reach).toContain("on_premises");
  expect(reach.lastIndexOf("on_premises")).toBeLessThan(reach.indexOf("internet"));
});

test("guides are listed by name, the general ones last", async () => {
  const names = (await library.listGuides("en")).filter((guide) => !isGeneral(guide)).map(({ name }) => name);
  expect(names).toEqual(names.toSorted((one, other) => one.localeCompare(other, "en")));
  const general = (await library.listGuides("en")).map(isGeneral);
  expect(general).toEqual(general.toSorted());
});

test("for a purpose, only what serves it", async () => {
  const protocols = async (purpose: "sso" | "dsync") => [
    ...new Set((await library.listGuides("en", { purpose })).map(({ protocol }) => protocol)),
  ];
  expect(await protocols("sso")).not.toContain("scim");
  expect(await protocols("dsync")).not.toContain("saml");
  expect(
    (await library.listGuides("en", { protocol: "saml" })).every(({ protocol }) => protocol === "saml"),
  ).toBe(true);
});

test("a guide is in the language that was asked for", async () => {
  const [en, de] = [await library.getGuide("okta", "en"), await library.getGuide("okta", "de")];
  expect(en?.language).toBe("en");
  expect(de?.steps.map(({ id }) => id)).toEqual(en?.steps.map(({ id }) => id));
  expect(de?.intro).not.toBe(en?.intro);
});

test("there is no guide of another name, and none outside the folder", async () => {
  expect(await library.getGuide("nobody", "en")).toBeNull();
  expect(await library.getGuide("../common/saml", "en")).toBeNull();
});

test("adding a guide is adding a file", async () => {
  const before = await library.listGuides("en");
  const okta = JSON.parse(await readFileText("okta.json"));
  await put("acme-sign-in.json", JSON.stringify({ ...okta, name: "Acme Sign-in" }));
  const after = await library.listGuides("en");
  expect(after).toHaveLength(before.length + 1);
  expect((await library.getGuide("acme-sign-in", "de"))?.name).toBe("Acme Sign-in");
});

test("a file that is no guide is left out, and the others stay", async () => {
  const before = await library.listGuides("en");
  await put("broken.json", "{}");
  expect((await library.listGuides("en")).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
});

test("is found by its name, its file's name and other words for it", () => {
  const row: GuideRow = {
    id: "entra-id",
    name: "Microsoft Entra ID",
    initials: "En",
    keywords: ["azure ad"],
    protocol: "saml",
    reach: "internet",
    minutes: 15,
  };
  const found = (query: string) => matches(row, query);
  expect(["", "ent", "azure", "Micro entra", "AD"].map(found)).toEqual([true, true, true, true, true]);
  expect(["okta", "zure", "entra okta"].map(found)).toEqual([false, false, false]);
});

test("a value that is not known stays named, and is said to be missing", () => {
  expect(filled("{acs_url} and {entity_id}", { acs_url: "https://a" })).toBe("https://a and {entity_id}");
  expect(missingIn("{acs_url} and {entity_id}", { acs_url: "https://a" })).toEqual(["entity_id"]);
  expect(filled("(uid={username})", {})).toBe("(uid={username})");
});

async function readFileText(name: string): Promise<string> {
  return readFile(join(folder, "lib/guides/data", name), "utf8");
}
