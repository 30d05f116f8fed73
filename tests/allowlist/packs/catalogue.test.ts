import { describe, expect, test } from "vitest";
import { findVersion, newestVersion, PACKS, packName, usualPacks } from "#lib/allowlist/packs/index.ts";
import { type PackRule, questionsOf } from "#lib/allowlist/packs/pack.ts";
import { QUESTIONS } from "#lib/allowlist/packs/questions.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { BUILT_IN } from "../../support/built-in-sets.ts";

const MODES: DeploymentMode[] = ["connected", "restricted", "air_gapped"];

/** Everything that any version of any pack opens: whoever changes one of these lines opens something at a customer's. */
const GOLDEN: Record<string, string[][]> = {
  "sign-in": [["egress tcp 443 cloudflare application api.workos.com"]],
  "sign-in-pages": [
    [
      "egress tcp 443 cloudflare user_browser auth.workos.com cdn.workos.com",
      "ingress tcp 443 userNetworks? user_browser",
    ],
    [
      "egress tcp 443 cloudflare user_browser auth.workos.com cdn.workos.com authkitDomains?",
      "ingress tcp 443 userNetworks? user_browser",
    ],
  ],
  "events-polling": [["egress tcp 443 cloudflare application api.workos.com"]],
  "directory-sync": [["egress tcp 443 cloudflare application api.workos.com"]],
  "admin-portal": [["egress tcp 443 cloudflare user_browser setup.workos.com cdn.workos.com"]],
  webhooks: [["ingress tcp 443 workos-senders application"]],
  actions: [["ingress tcp 443 workos-senders application"]],
  "log-streams": [["ingress tcp collectorPort?443 workos-senders application"]],
  dns: [["egress udp 53 dnsResolvers? application", "egress tcp 53 dnsResolvers? application"]],
  time: [
    ["egress udp 123 timeServers? application"],
    [
      "egress udp 123 timeServers? application",
      "egress tcp 4460 ntsServers? application",
      "egress udp 123 ntsServers? application",
    ],
  ],
  updates: [["egress tcp 443 updateServers? application"]],
  "local-sign-in": [["ingress tcp 443 userNetworks? user_browser"]],
  "identity-provider": [["egress tcp identityProviderPorts?443 identityProviders? application"]],
  ldap: [["egress tcp directoryPorts?636 directoryServers? application"]],
  "local-provisioning": [["ingress tcp 443 provisioningSources? application"]],
  "smtp-relay": [["egress tcp mailPorts?587 mailRelays? application"]],
};

function told({ direction, protocol, port, peer, carriedBy, hosts, moreHosts }: PackRule): string {
  const ports = typeof port === "number" ? port : `${port.ask}?${port.otherwise}`;
  const other = "set" in peer ? peer.set : `${peer.ask}?`;
  const names = [...hosts, ...(moreHosts ? [`${moreHosts}?`] : [])];
  return [direction, protocol, ports, other, carriedBy, ...names].join(" ");
}

test("every version of every pack opens exactly these doors", () => {
  const opens = PACKS.map(({ id, versions }) => [id, versions.map(({ rules }) => rules.map(told))]);
  expect(Object.fromEntries(opens)).toEqual(GOLDEN);
});

describe.each(PACKS)("$name", (pack) => {
  test("counts its versions from one, each released no earlier than the one before, and says what changed", () => {
    expect(pack.versions.map(({ number }) => number)).toEqual(pack.versions.map((_, index) => index + 1));
    const days = pack.versions.map(({ releasedOn }) => releasedOn);
    expect(days).toEqual(days.toSorted());
    for (const { change } of pack.versions) expect(change).toMatch(/^\p{Lu}.{10,}\.$/u);
    expect(findVersion(pack.id, pack.versions.length)).toBe(newestVersion(pack));
  });

  test("says of each door why it is there and what stops without it, and names sets that exist", () => {
    for (const { rules } of pack.versions) {
      for (const { purpose, without, peer } of rules) {
        expect(purpose).toMatch(/^\p{Lu}.{10,}[^.]$/u);
        expect(without).toMatch(/^\p{Lu}.{10,}\.$/u);
        if ("set" in peer) expect(BUILT_IN.has(peer.set)).toBe(true);
      }
    }
  });

  test("says in a sentence why a site of some mode cannot have it", () => {
    for (const standing of Object.values(pack.modes))
      if (typeof standing === "object") expect(standing.not).toMatch(/^\p{Lu}.{10,}\.$/u);
  });
});

test("all questions are asked, and no pack asks one twice", () => {
  const asked = new Set(PACKS.flatMap(({ versions }) => versions.flatMap(questionsOf)));
  expect([...asked].sort()).toEqual(Object.keys(QUESTIONS).sort());
});

test("what users' browsers carry is labelled so, and nothing comes in from Cloudflare's ranges", () => {
  const rules = PACKS.flatMap(({ versions }) => versions.flatMap((version) => version.rules));
  const pages = rules.filter(({ hosts }) => hosts.some((host) => /^(auth|setup|cdn)\./.test(host)));
  expect(pages.every(({ carriedBy }) => carriedBy === "user_browser")).toBe(true);
  const back = rules.filter(({ peer }) => "ask" in peer && peer.ask === "userNetworks");
  expect(back.every(({ carriedBy }) => carriedBy === "user_browser")).toBe(true);
  const fromCloudflare = rules.filter(
    ({ direction, peer }) => direction === "ingress" && "set" in peer && peer.set === "cloudflare",
  );
  expect(fromCloudflare).toEqual([]);
});

test("no pack lets WorkOS start a connection into a restricted site", () => {
  const possible = PACKS.filter(({ modes }) => typeof modes.restricted === "string");
  const senders = possible.filter(({ versions }) =>
    versions.some(({ rules }) =>
      rules.some(({ peer, direction }) => direction === "ingress" && "set" in peer),
    ),
  );
  expect(senders).toEqual([]);
});

test("behind an air gap no pack reaches anything that is not asked of the site", () => {
  const possible = PACKS.filter(({ modes }) => typeof modes.air_gapped === "string");
  const sets = possible.flatMap(({ versions }) =>
    versions.flatMap(({ rules }) => rules.filter(({ peer }) => "set" in peer)),
  );
  expect(possible.length).toBeGreaterThan(0);
  expect(sets).toEqual([]);
});

describe("what a new site has by default", () => {
  test.each(MODES)("%s", (mode) => {
    const ids = usualPacks(mode, false).map(({ id }) => id);
    const workos = ["sign-in", "sign-in-pages", "events-polling", "directory-sync", "admin-portal"];
    expect(ids).toEqual(mode === "air_gapped" ? [] : [...workos, "dns", "time"]);
  });

  test("signing in by itself, it needs nothing of WorkOS", () => {
    expect(usualPacks("connected", true).map(({ id }) => id)).toEqual(["dns", "time"]);
  });
});

test("rules of the packs before capabilities still say where they came from", () => {
  expect(packName("workos-connected")).toBe("WorkOS, connected");
  expect(packName("time")).toBe("Time");
  expect(packName("of-another-version")).toBe("of-another-version");
});
