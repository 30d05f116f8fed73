import { describe, expect, test } from "vitest";
import { findPack, usualPacks } from "#lib/allowlist/packs/index.ts";
import { capabilitiesOf, MODES } from "#lib/deployments/capabilities.ts";
import { CAPABILITIES } from "#lib/deployments/capability-ways.ts";

describe.each(MODES)("capabilities of a $mode site", ({ mode }) => {
  test("hang on rule packs that a site of this mode can have", () => {
    const packs = CAPABILITIES.flatMap(({ ways }) => ways[mode].packs);
    for (const id of packs) expect([id, typeof findPack(id)?.modes[mode]]).toEqual([id, "string"]);
  });

  test("explain every pack that a site of this mode usually has", () => {
    const packs = CAPABILITIES.flatMap(({ ways }) => ways[mode].packs);
    expect(packs).toEqual(expect.arrayContaining(usualPacks(mode, false).map(({ id }) => id)));
  });

  test("are the same list in every mode, each with a sentence", () => {
    const rows = capabilitiesOf(mode, []);
    expect(rows.map((row) => row.id)).toEqual(capabilitiesOf("connected", []).map((row) => row.id));
    for (const row of rows) expect(row.sentence).toMatch(/\.$/);
  });
});

test("nothing behind an air gap hangs on a pack", () => {
  expect(capabilitiesOf("air_gapped", ["offline"]).flatMap((row) => row.packs)).toEqual([]);
});

test("packs are called by their names", () => {
  expect(capabilitiesOf("connected", [])[0]?.packs).toEqual(["Sign-in", "Sign-in pages in browsers", "DNS"]);
});

test("behind an air gap directories are synced by the site's own service", () => {
  const sync = capabilitiesOf("air_gapped", []).find(({ id }) => id === "directory_sync");
  expect(sync).toMatchObject({ standing: "works", how: "local, by SCIM" });
});

test("a restricted site whose environments are all offline signs people in locally", () => {
  const signIn = (drivers: ("workos" | "offline")[]) => capabilitiesOf("restricted", drivers)[0]?.how;
  expect(signIn(["offline"])).toBe("local");
  expect(signIn(["offline", "workos"])).toBe("through WorkOS, by few doors");
});
