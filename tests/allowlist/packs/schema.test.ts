import { describe, expect, test } from "vitest";
import { TickInput } from "#lib/allowlist/packs/schema.ts";

const read = (over: Record<string, unknown>) =>
  TickInput.safeParse({ deploymentId: "dep_1", capabilities: ["dns"], ...over });
const answers = (over: Record<string, string>) => {
  const { data, error } = read(over);
  return data?.answers ?? error?.issues.map(({ path, message }) => [path.join("."), message]);
};

describe("what a site answers", () => {
  test("is kept in canonical form, each once, and nothing of what was left empty", () => {
    expect(
      answers({
        dnsResolvers: "192.0.2.53, 2001:DB8::53;192.0.2.53/32",
        timeServers: " Time.Example.COM 192.0.2.123 ",
        directoryPorts: "636 3268-3269",
        authkitDomains: "",
      }),
    ).toEqual({
      dnsResolvers: ["192.0.2.53/32", "2001:db8::53/128"],
      timeServers: ["time.example.com", "192.0.2.123/32"],
      directoryPorts: ["636", "3268-3269"],
    });
  });

  test.each([
    ["dnsResolvers", "resolver.example.com"],
    ["dnsResolvers", "192.0.2.053"],
    ["userNetworks", "192.0.2.1/24"],
    ["authkitDomains", "192.0.2.1"],
    ["timeServers", "time"],
    ["mailPorts", "0"],
    ["mailPorts", "70000"],
  ])("%s is not %s", (question, text) => {
    expect(answers({ [question]: text })).toEqual([[question, expect.stringMatching(/[.?]$/)]]);
  });

  test("is not cut short: too many are refused", () => {
    const many = Array.from({ length: 21 }, (_, index) => `192.0.2.${index}`).join(" ");
    expect(answers({ dnsResolvers: many })).toEqual([
      ["dnsResolvers", expect.stringContaining("at most 20")],
    ]);
  });
});

test("a capability is one of the catalogue, and there is at least one", () => {
  expect(read({ capabilities: ["gopher"] }).success).toBe(false);
  expect(read({ capabilities: [] }).success).toBe(false);
  expect(read({ capabilities: undefined }).success).toBe(false);
  expect(read({ surprise: "x" }).success).toBe(false);
});
