import { describe, expect, test } from "vitest";
import { setBook } from "#lib/allowlist/sets/book.ts";
import { BUILT_IN_SETS } from "#lib/allowlist/sets/built-in.ts";
import { drawPlan, type Known } from "#lib/doctor/draw-plan.ts";
import { compareReports } from "#lib/doctor/policy.ts";
import type { CheckResult } from "#lib/doctor/report.ts";
import type { ConnectionDetail } from "#lib/drivers/port.ts";

const AT = new Date("2026-11-20T08:00:00Z");
const RULE: Known["rules"][number] = {
  ...{
    id: "rule_1",
    direction: "egress",
    protocol: "tcp",
    portFrom: 443,
    portTo: 443,
    carriedBy: "application",
  },
  ...{
    peerKind: "address_set",
    peer: "cloudflare",
    hosts: ["api.workos.com"],
    purpose: "Call the WorkOS API",
  },
};

function plan(parts: Partial<Known> = {}) {
  return drawPlan(
    {
      deployment: { id: "dep_1", name: "Frankfurt", customer: "Example Bank", mode: "restricted" },
      ...{
        rules: [],
        sets: setBook(BUILT_IN_SETS),
        environments: [],
        redirectUris: [],
        connections: [],
        directories: [],
        migration: "",
        notes: [],
      },
      ...parts,
    },
    AT,
  );
}

function detail(parts: Partial<ConnectionDetail>): ConnectionDetail {
  const connection = {
    id: "conn_1",
    organizationId: "org_1",
    type: "OktaSAML",
    name: "Okta",
    state: "active",
    domains: [],
  };
  return {
    connection: { ...connection, createdAt: AT, updatedAt: AT, health: null },
    ...{
      certificates: [],
      provider: [],
      toCopy: [],
      mapping: { attributes: {}, customAttributes: {}, roles: [] },
      ldap: null,
    },
    ...parts,
  } as ConnectionDetail;
}

describe("the hosts", () => {
  test("are those that rules lead out to by name, and where environments answer, each place once", () => {
    const { hosts, rules } = plan({
      rules: [
        RULE,
        { ...RULE, id: "rule_2", carriedBy: "user_browser", hosts: ["auth.workos.com", "api.workos.com"] },
        {
          ...RULE,
          id: "rule_3",
          peerKind: "fqdn",
          peer: "idp.bank.example",
          hosts: [],
          portFrom: 8080,
          portTo: 8090,
        },
        { ...RULE, id: "rule_4", peerKind: "fqdn", peer: "*.bank.example", hosts: [] },
        { ...RULE, id: "rule_5", direction: "ingress", hosts: ["senders.example"] },
        { ...RULE, id: "rule_6", peerKind: "cidr", peer: "10.0.0.0/8", hosts: [] },
      ],
      environments: [
        { id: "env_1", name: "Production", driver: "workos", baseUrl: "https://api.workos.com" },
        { id: "env_2", name: "Inside", driver: "offline", baseUrl: "http://identity.bank.example:4000" },
      ],
    });
    expect(
      hosts.map(({ host, port, tls, isPublic, carriedBy }) => [host, port, tls, isPublic, carriedBy]),
    ).toEqual([
      ["api.workos.com", 443, true, true, "application"],
      ["identity.bank.example", 4000, false, false, "application"],
      ["auth.workos.com", 443, true, true, "user_browser"],
      ["idp.bank.example", 8080, false, false, "application"],
    ]);
    expect(rules.find(({ id }) => id === "rule_1")?.cidrs).toContain("104.16.0.0/13");
    expect(rules.find(({ id }) => id === "rule_3")).toMatchObject({ names: ["idp.bank.example"], cidrs: [] });
  });

  test("of time are those that a rule names, or gives the one address of", () => {
    const ntp = { ...RULE, protocol: "udp", portFrom: 123, portTo: 123, hosts: [] } as const;
    const { timeServers } = plan({
      rules: [
        { ...ntp, peerKind: "fqdn", peer: "time.bank.example" },
        { ...ntp, id: "rule_2", peerKind: "cidr", peer: "192.0.2.7/32" },
        { ...ntp, id: "rule_3", peerKind: "cidr", peer: "10.0.0.0/8" },
      ],
    });
    expect(timeServers).toEqual(["time.bank.example", "192.0.2.7"]);
  });
});

test("identity providers and directories are taken over with what can be looked at, and no secret", () => {
  const ldap = {
    kind: "standard",
    servers: ["ldaps://a.example", "ldaps://b.example"],
    bindDn: "cn=reader",
    baseDn: "dc=example",
  } as const;
  const certificate = {
    subject: "CN=idp",
    issuer: "CN=idp",
    serial: "1",
    fingerprintSha256: "",
    pem: "",
    notBefore: AT,
    notAfter: AT,
  };
  const { identityProviders, ldapServers } = plan({
    connections: [
      detail({
        certificates: [certificate],
        provider: [
          { key: "idp_entity_id", label: "Entity ID", value: "https://idp.example/entity" },
          { key: "idp_sso_url", label: "Sign-in URL", value: "https://idp.example/sso" },
          { key: "metadata_url", label: "Metadata URL", value: "https://idp.example/metadata" },
        ],
      }),
      detail({
        provider: [
          { key: "issuer", label: "Issuer", value: "https://op.example" },
          { key: "client_id", label: "Client ID", value: "client_of_theirs" },
        ],
      }),
      detail({
        ldap: {
          ...ldap,
          servers: [...ldap.servers],
          mode: "search",
          groups: null,
          nestedGroups: false,
        } as never,
      }),
    ],
    directories: [{ id: "directory_1", name: "Staff", ldap: { ...ldap, servers: ["ldaps://c.example"] } }],
  });
  expect(
    identityProviders.map(({ kind, metadataUrl, issuer, endpoints }) => ({
      kind,
      metadataUrl,
      issuer,
      endpoints,
    })),
  ).toEqual([
    {
      kind: "saml",
      metadataUrl: "https://idp.example/metadata",
      issuer: null,
      endpoints: [{ label: "Sign-in URL", url: "https://idp.example/sso" }],
    },
    { kind: "oidc", metadataUrl: null, issuer: "https://op.example", endpoints: [] },
  ]);
  expect(identityProviders[0]?.certificates).toEqual([{ subject: "CN=idp", notAfter: AT.toISOString() }]);
  expect(ldapServers.map(({ url }) => url)).toEqual([
    "ldaps://a.example",
    "ldaps://b.example",
    "ldaps://c.example",
  ]);
  expect(JSON.stringify(identityProviders)).not.toContain("client_of_theirs");
});

test("what people typed is made fit for a line", () => {
  const strange = "Frank\u202efurt\nnow";
  const { redirectUris } = plan({
    redirectUris: [{ id: "uri_1", uri: "https://a.example", environment: strange }],
  });
  expect(redirectUris[0]?.environment).toBe("Frank furt now");
});

test.each([
  ["passed", "failed", "new_trouble"],
  ["warning", "failed", "new_trouble"],
  ["skipped", "warning", "new_trouble"],
  ["failed", "failed", "still"],
  ["failed", "warning", "still"],
  ["failed", "passed", "mended"],
  ["warning", "passed", "mended"],
  ["failed", "skipped", "same"],
  ["passed", "passed", "same"],
] as const)("a line that was %s and is %s: %s", (before, now, change) => {
  const line = (outcome: CheckResult["outcome"]) => [{ id: "x", outcome, title: "X" } as CheckResult];
  expect(compareReports(line(before), line(now)).changes.get("x")).toBe(change);
});
