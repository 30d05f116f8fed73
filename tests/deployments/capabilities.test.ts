import { describe, expect, test } from "vitest";
import { rulePackFor } from "#lib/allowlist/packs.ts";
import { capabilitiesOf, type Door, MODES } from "#lib/deployments/capabilities.ts";

/** Which rule of a pack stands behind each door. */
const BEHIND: Record<Door, (rule: ReturnType<typeof rulePackFor>["rules"][number]) => boolean> = {
  "WorkOS API": (rule) => rule.hosts.includes("api.workos.com"),
  "WorkOS pages": (rule) => rule.hosts.includes("auth.workos.com"),
  "Way back": (rule) => rule.direction === "ingress" && rule.carriedBy === "user_browser",
  "WorkOS senders": (rule) => "set" in rule.peer && rule.peer.set === "workos-senders",
  DNS: (rule) => rule.port === 53,
  Time: (rule) => rule.port === 123,
};

describe.each(MODES)("capabilities of a $mode site", ({ mode }) => {
  test("hang on doors that the mode's rule pack really has", () => {
    for (const { doors } of capabilitiesOf(mode, [])) {
      for (const door of doors) expect(rulePackFor(mode).rules.some(BEHIND[door])).toBe(true);
    }
  });

  test("explain every rule of the mode's pack", () => {
    const doors = capabilitiesOf(mode, []).flatMap((row) => row.doors);
    for (const rule of rulePackFor(mode).rules) expect(doors.some((door) => BEHIND[door](rule))).toBe(true);
  });

  test("are the same list in every mode, each with a sentence", () => {
    const rows = capabilitiesOf(mode, []);
    expect(rows.map((row) => row.id)).toEqual(capabilitiesOf("connected", []).map((row) => row.id));
    for (const row of rows) expect(row.sentence).toMatch(/\.$/);
  });
});

test("nothing behind an air gap hangs on a door", () => {
  expect(capabilitiesOf("air_gapped", ["offline"]).flatMap((row) => row.doors)).toEqual([]);
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
