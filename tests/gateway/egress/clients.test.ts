import { describe, expect, test } from "vitest";
import { clientBook, type EgressClient, type Shown, sha256 } from "#lib/gateway/egress/clients.ts";

const NOW = new Date("2026-11-28T10:00:00Z");
const LATER = new Date("2027-01-01T00:00:00Z");
const CERTIFICATE = sha256("certificate");

function client(id: string, over: Partial<EgressClient> = {}): EgressClient {
  return { id, name: id, tokenHashes: [], certificateHashes: [], networks: [], ...over };
}

const BOOK = clientBook([
  client("billing", {
    tokenHashes: [sha256("new-token"), sha256("old-token")],
    certificateHashes: [CERTIFICATE],
  }),
  client("app", { networks: ["192.0.2.0/28", "2001:db8::/64"] }),
  client("both", { networks: ["192.0.2.64/28"], tokenHashes: [sha256("both-token")] }),
]);

const shown = (over: Partial<Shown>): Shown => ({
  ...{ address: "198.51.100.1", credentials: null, certificate: null },
  ...over,
});
const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;
const identify = (over: Partial<Shown>) => {
  const found = BOOK.identify(shown(over), NOW);
  return found && [found.client.id, found.by];
};

describe("a client of the proxy is known", () => {
  test.each([
    ["its token", { credentials: "Bearer new-token" }, ["billing", "token"]],
    ["the token before, while both are valid", { credentials: "bearer old-token" }, ["billing", "token"]],
    ["its name and token", { credentials: basic("billing:new-token") }, ["billing", "token"]],
    ["a token without a name", { credentials: basic(":new-token") }, ["billing", "token"]],
    ["its certificate", { certificate: { hash: CERTIFICATE, endsAt: LATER } }, ["billing", "certificate"]],
    ["its address", { address: "192.0.2.7" }, ["app", "address"]],
    ["its IPv6 address", { address: "2001:db8::7" }, ["app", "address"]],
    [
      "its token, at its address too",
      { address: "192.0.2.65", credentials: "Bearer both-token" },
      ["both", "token"],
    ],
  ] as const)("by %s", (_what, over, expected) => {
    expect(identify(over)).toEqual(expected);
  });

  test.each([
    ["nothing is shown", {}],
    ["the address is another", { address: "192.0.2.16" }],
    ["the address is not known any more", { address: null }],
    ["the token is another", { credentials: "Bearer other" }],
    ["the token is empty", { credentials: basic("billing:") }],
    ["the name is another's", { credentials: basic("app:new-token") }],
    ["the scheme is another", { credentials: "Digest new-token" }],
    ["the hash is shown in place of the token", { credentials: `Bearer ${sha256("new-token")}` }],
    ["a wrong token comes from a known address", { address: "192.0.2.7", credentials: "Bearer other" }],
    ["the certificate is another", { certificate: { hash: sha256("another"), endsAt: LATER } }],
    ["the certificate has ended", { certificate: { hash: CERTIFICATE, endsAt: NOW } }],
    [
      "an unknown certificate comes with a good token",
      { credentials: "Bearer new-token", certificate: { hash: sha256("another"), endsAt: LATER } },
    ],
  ])("not where %s", (_what, over) => {
    expect(identify(over)).toBeNull();
  });

  test("not where there are no clients", () => {
    expect(clientBook([]).identify(shown({ address: "127.0.0.1" }), NOW)).toBeNull();
  });
});
