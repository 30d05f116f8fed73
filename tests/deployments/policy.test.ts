import { describe, expect, test } from "vitest";
import {
  archiveObstacle,
  type HealthFacts,
  healthReason,
  modeObstacle,
  setUpSteps,
} from "#lib/deployments/policy.ts";

const NOW = new Date("2026-11-24T08:00:00Z");

describe("the mode of a deployment", () => {
  const cloud = { name: "Production", driver: "workos" } as const;
  const local = { name: "Staging", driver: "offline" } as const;
  test.each([
    ["air_gapped", [], null],
    ["air_gapped", [local], null],
    ["air_gapped", [cloud], "Production is at WorkOS"],
    ["air_gapped", [cloud, local, { ...cloud, name: "Test" }], "Production, Test are at WorkOS"],
    ["restricted", [cloud], null],
  ] as const)("%s with %j: %s", (mode, environments, says) => {
    const obstacle = modeObstacle(mode, environments);
    if (says === null) expect(obstacle).toBeNull();
    else expect(obstacle).toContain(says);
  });

  test("an archived deployment has no environment", () => {
    expect(archiveObstacle([])).toBeNull();
    expect(archiveObstacle([local])).toContain("its environment");
    expect(archiveObstacle([local, cloud])).toContain("2 environments");
  });
});

describe("the checklist", () => {
  const nothing = {
    mode: "restricted",
    environments: 0,
    drivers: ["workos"],
    redirectUris: 0,
    applicationKeys: 0,
    connections: 0,
    activeConnections: 0,
    rules: 0,
    lastSignInAt: null,
  } as const;

  test("asks for no door behind an air gap, and for no key where WorkOS makes them", () => {
    const ids = (facts: object) => setUpSteps({ ...nothing, ...facts }).map((step) => step.id);
    expect(ids({})).toEqual(["environment", "doors", "redirect_uri", "connection", "activate", "sign_in"]);
    expect(ids({ drivers: ["offline"] })).not.toContain("doors");
    expect(ids({ mode: "air_gapped", drivers: ["offline"] })).toEqual([
      "environment",
      "redirect_uri",
      "key",
      "connection",
      "activate",
      "sign_in",
    ]);
  });

  test("is done when somebody has signed in", () => {
    const all = {
      environments: 1,
      redirectUris: 1,
      connections: 1,
      activeConnections: 1,
      rules: 3,
      lastSignInAt: NOW,
    };
    expect(setUpSteps({ ...nothing, ...all }).every((step) => step.done)).toBe(true);
    expect(setUpSteps(nothing).some((step) => step.done)).toBe(false);
  });
});

describe("the cause of a deployment's health", () => {
  const well: HealthFacts = {
    health: "healthy",
    failingReason: null,
    environments: 1,
    activeConnections: 1,
    failures24h: 0,
    failingDirectories: 0,
    certificateExpiresAt: null,
    expiredRules: 0,
  };
  test.each<[Partial<HealthFacts>, string | null]>([
    [{}, null],
    [{ health: "failing", failingReason: "The site did not answer." }, "The site did not answer."],
    [
      { health: "failing", certificateExpiresAt: new Date("2026-11-20T00:00:00Z") },
      "A signing certificate has expired",
    ],
    [{ health: "degraded", failures24h: 1, expiredRules: 2 }, "1 failed sign-in in 24 h"],
    [{ health: "degraded", failingDirectories: 1, expiredRules: 2 }, "A directory does not sync"],
    [{ health: "degraded", failingDirectories: 3 }, "3 directories do not sync"],
    [
      { health: "degraded", certificateExpiresAt: new Date("2026-12-04T08:00:00Z") },
      "Certificate ends in 10 days",
    ],
    [{ health: "degraded", expiredRules: 2 }, "2 rules expired"],
    [{ health: "degraded" }, "Not heard of for more than a day"],
    [{ health: "setting_up", environments: 0 }, "No environment yet"],
    [{ health: "setting_up", activeConnections: 0 }, "No active connection yet"],
    [{ health: "unknown" }, null],
  ])("%j: %s", (over, says) => {
    expect(healthReason({ ...well, ...over }, NOW)).toBe(says);
  });
});
