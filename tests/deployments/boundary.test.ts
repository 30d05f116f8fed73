import { describe, expect, test } from "vitest";
import { type BoundaryFacts, drawBoundary } from "#lib/deployments/boundary.ts";

const facts: BoundaryFacts = {
  mode: "restricted",
  drivers: ["workos"],
  productVersion: "9.4.2",
  services: [],
  connections: [{ name: "Okta", state: "active" }],
  rules: [],
};
const draw = (over: Partial<BoundaryFacts>) => drawBoundary({ ...facts, ...over });
const crossing = (over: Partial<BoundaryFacts>) =>
  draw(over)
    .flows.filter((flow) => flow.state !== "inside")
    .map((flow) => `${flow.from} > ${flow.to}: ${flow.state}`);

const api = {
  direction: "egress",
  carriedBy: "application",
  peer: "cloudflare",
  hosts: ["api.workos.com"],
} as const;
const pages = { ...api, carriedBy: "user_browser" } as const;
const senders = {
  direction: "ingress",
  carriedBy: "application",
  peer: "workos-senders",
  hosts: [],
} as const;

describe("the picture of a boundary", () => {
  test("says of each crossing whether a rule in force names it", () => {
    expect(crossing({})).toEqual(["application > workos: unnamed", "browsers > workos: unnamed"]);
    expect(crossing({ rules: [api] })).toEqual(["application > workos: named", "browsers > workos: unnamed"]);
    expect(crossing({ rules: [api, pages] })).toEqual([
      "application > workos: named",
      "browsers > workos: named",
    ]);
    expect(crossing({ rules: [{ ...api, peer: "198.51.100.0/24", hosts: ["notworkos.com"] }] })[0]).toContain(
      "unnamed",
    );
  });

  test("lets WorkOS in at a connected site only", () => {
    expect(crossing({ mode: "connected", rules: [senders] })).toContain("workos > application: named");
    expect(crossing({ mode: "restricted", rules: [senders] }).join()).not.toContain("workos >");
  });

  test("draws nothing across an air gap, and the console inside it", () => {
    const sealed = draw({ mode: "air_gapped", drivers: ["offline"], services: ["Site service"] });
    expect(sealed.flows.every((flow) => flow.state === "inside")).toBe(true);
    expect(sealed.places.filter((place) => place.side === "outside").map((place) => place.id)).toEqual([
      "workos",
    ]);
    expect(sealed.places.find((place) => place.id === "workos")?.detail).toBe("Out of reach");
  });

  test("of a restricted site with an offline service shows the console outside, by a door", () => {
    const drawn = draw({ drivers: ["offline"], services: ["Site service"] });
    expect(drawn.places.map((place) => place.id)).toEqual([
      "console",
      "application",
      "service",
      "browsers",
      "provider",
    ]);
    expect(crossing({ drivers: ["offline"], rules: [{ ...senders, peer: "192.0.2.0/24" }] })).toEqual([
      "console > service: named",
    ]);
  });

  test.each([
    [[], "None connected yet", false],
    [[{ name: "Okta", state: "draft" }], "Okta, not active", false],
    [
      [
        { name: "Okta", state: "active" },
        { name: "AD FS", state: "inactive" },
      ],
      "Okta and 1 more",
      true,
    ],
  ])("names the provider behind %j as %j", (connections, detail, present) => {
    expect(draw({ connections }).places.find((place) => place.id === "provider")).toMatchObject({
      detail,
      present,
    });
  });
});
