import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { WayOut, wayOutRules } from "#lib/shared/gateway/way-out.ts";
import { whyNoLab } from "../../allowlist/packets/lab.ts";
import { clientHello } from "./client-hellos.ts";
import { rule, told } from "./proxy-lab.ts";
import { APPLICATION, GATEWAY, SiteLab } from "./site-lab.ts";

const why = whyNoLab(["nft", "bash"]);
if (why && process.env.CI === "true" && process.getuid?.() === 0 && !/cannot be made/.test(why))
  throw new Error(why);

const NAMED = { 4: "11.22.33.44", 6: "2600:44::44" } as const;
const OTHER = { 4: "11.22.33.55", 6: "2600:44::55" } as const;
const FAMILIES = [4, 6] as const;
const PROXY_PORT = 4128;
const TRANSPARENT_PORT = 4130;
const NOBODY = 65_534;
const HELLO = clientHello({ names: ["api.door.example"] });
const WRONG_HELLO = clientHello({ names: ["evil.example"] });

const wayOut = (place: WayOut["place"], more: Partial<WayOut> = {}) =>
  wayOutRules(WayOut.parse({ place, gateway: [GATEWAY[4], GATEWAY[6]], user: "root", ...more }));
const tunnel = (target: string) => `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`;

describe.skipIf(why !== null)("a site with one way out, proven with packets", () => {
  let lab: SiteLab;
  let crossings: Crossing[];

  beforeAll(async () => {
    lab = new SiteLab();
    await lab.startOutside([443, 8080]);
    crossings = await lab.startProxy({
      ...{ port: PROXY_PORT, transparentPort: TRANSPARENT_PORT },
      names: { "api.door.example": [NAMED[4]], "six.door.example": [NAMED[6]] },
      told: told([rule("api", "api.door.example", 443), rule("six", "six.door.example", 443)], {
        clients: [
          {
            ...{ id: "client_1", name: "billing", token_sha256: [], certificate_sha256: [] },
            networks: [`${APPLICATION[4]}/32`, `${APPLICATION[6]}/128`],
          },
        ],
      }),
    });
    // Until the wires carry IPv6.
    await vi.waitFor(() => expect(lab.call(lab.application, OTHER[6], 443, ["six"]).heard).toBe("six"), {
      timeout: 30_000,
    });
  });
  afterEach(() => lab.clear());
  afterAll(async () => await lab?.end());

  const goesBy = (family: 4 | 6) => {
    const name = family === 4 ? "api.door.example" : "six.door.example";
    const hello = clientHello({ names: [name] });
    const called = lab.call(lab.application, GATEWAY[family], PROXY_PORT, [tunnel(`${name}:443`), hello]);
    expect(called.heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(called.heard).toContain(name);
  };

  /** Everything that an application could try past the gateway, on both families. */
  const tryEverything = () => {
    for (const family of FAMILIES) {
      for (const port of [443, 8080]) {
        const { heard } = lab.call(lab.application, OTHER[family], port, ["past"]);
        expect(heard, `${OTHER[family]}:${port}`).toBe("");
      }
      lab.stray(lab.application, OTHER[family]);
    }
  };

  test("without the rules everything of the application's gets through, so that the lab proves something", () => {
    lab.seen();
    for (const family of FAMILIES)
      expect(lab.call(lab.application, OTHER[family], 443, ["past"]).heard).toBe("past");
    expect(lab.seen().application).toBeGreaterThan(0);
  });

  test.each(["application", "router"] as const)(
    "rules beside the %s leave an application the proxy, and not one packet past it",
    (place) => {
      lab.nft(place === "router" ? lab.gateway : lab.application, wayOut(place));
      lab.seen();
      tryEverything();
      for (const family of FAMILIES) goesBy(family);
      const { application, gateway } = lab.seen();
      expect(application).toBe(0);
      expect(gateway).toBeGreaterThan(0);
    },
  );

  test.each(["application", "router"] as const)(
    "rules beside the %s lead a connection that knows of no proxy to the gateway, which goes by the name in its TLS",
    async (place) => {
      lab.nft(
        place === "router" ? lab.gateway : lab.application,
        wayOut(place, { transparentPort: TRANSPARENT_PORT }),
      );
      lab.seen();
      crossings.length = 0;
      for (const family of FAMILIES) {
        const through = lab.call(lab.application, OTHER[family], 443, [HELLO]);
        expect(through).toEqual({ how: "heard", heard: HELLO.toString("latin1") });
        const stopped = lab.call(lab.application, OTHER[family], 443, [WRONG_HELLO]);
        expect(stopped.heard).toBe("\u0015\u0003\u0003\u0000\u0002\u0002\u0070");
      }
      expect(lab.seen().application).toBe(0);
      const led = () => crossings.filter(({ endedAt, method }) => endedAt !== null && method === null);
      await vi.waitFor(() => expect(led()).toHaveLength(4));
      expect(led()).toEqual(
        FAMILIES.flatMap((family) => [
          expect.objectContaining({
            ...{ outcome: "allowed", ruleId: "api", peerName: "api.door.example", peerAddress: NAMED[4] },
            ...{ clientAddress: APPLICATION[family], bytesOut: HELLO.length, bytesIn: HELLO.length },
          }),
          expect.objectContaining({ outcome: "refused", reason: "no_rule", peerName: "evil.example" }),
        ]),
      );
    },
  );

  test("rules on the gateway's machine let its own account out, and nothing else that runs there", () => {
    lab.nft(lab.gateway, wayOut("gateway"));
    lab.seen();
    for (const family of FAMILIES) {
      expect(lab.call(lab.gateway, OTHER[family], 443, ["past"], NOBODY).heard).toBe("");
    }
    expect(lab.seen().gateway).toBe(0);
    for (const family of FAMILIES) goesBy(family);
    expect(lab.seen().gateway).toBeGreaterThan(0);
  });

  test("what is inside is reached as before, where it is said to be", () => {
    lab.nft(lab.application, wayOut("application", { inside: [`${OTHER[4]}/32`, `${OTHER[6]}/128`] }));
    for (const family of FAMILIES) {
      expect(lab.call(lab.application, OTHER[family], 443, ["inside"]).heard).toBe("inside");
      expect(lab.call(lab.application, NAMED[family], 443, ["past"]).heard).toBe("");
    }
  });

  test("a file may be loaded again and again, and touches no other table", () => {
    lab.nft(lab.application, "table inet others {\n}\n");
    for (const place of ["application", "router", "gateway", "application"] as const)
      lab.nft(lab.application, wayOut(place));
    lab.nft(lab.application, "delete table inet others\n");
    tryEverything();
  });
});

test("what is no address or no account does not become a rule", () => {
  for (const wrong of [
    { gateway: ["10.0.0.1; flush ruleset"] },
    { gateway: [] },
    { inside: ["0.0.0.0/0 } accept"] },
    { user: "root; accept" },
  ])
    expect(WayOut.safeParse({ place: "gateway", gateway: ["10.0.0.1"], ...wrong }).success).toBe(false);
});
