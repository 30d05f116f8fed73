import { describe, expect, test } from "vitest";
import { AddRuleInput } from "#lib/allowlist/schema.ts";

const FORM = {
  deploymentId: "dep_1",
  direction: "egress",
  protocol: "tcp",
  ports: "443",
  peerKind: "cidr",
  peer: "203.0.113.0/24",
  carriedBy: "application",
  purpose: "Reach the partner's API",
  ownerName: "",
  ticket: "",
  expiresAt: "",
};

function problems(over: Record<string, string>): Record<string, string> {
  const result = AddRuleInput.safeParse({ ...FORM, ...over });
  if (result.success) return {};
  return Object.fromEntries(result.error.issues.map((issue) => [issue.path.join("."), issue.message]));
}

describe("a rule as it is typed", () => {
  test("is read into its canonical form", () => {
    const rule = AddRuleInput.parse({
      ...FORM,
      peer: "2606:4700:0::/32",
      ports: "8000-8100",
      expiresAt: "2026-12-24T18:30",
    });
    expect(rule).toMatchObject({
      peer: "2606:4700::/32",
      portFrom: 8000,
      portTo: 8100,
      expiresAt: new Date("2026-12-24T18:30:00Z"),
    });
  });

  test("has no ports where the protocol has none", () => {
    expect(AddRuleInput.parse({ ...FORM, protocol: "icmp", ports: "" })).toMatchObject({
      portFrom: null,
      portTo: null,
    });
  });

  test.each([
    [{ peer: "10.0.0.5/24" }, { peer: "10.0.0.5/24 has host bits set: did you mean 10.0.0.0/24?" }],
    [{ peer: "10.0.0.0/33" }, { peer: "/33 is too long: an IPv4 prefix ends at /32." }],
    [{ peer: "api.workos.com" }, { peer: "api.workos.com is not an address." }],
    [
      { peerKind: "fqdn", peer: "10.0.0.1" },
      { peer: "10.0.0.1 is an address, not a name: choose “Network” as the kind." },
    ],
    [
      { direction: "ingress", peerKind: "fqdn", peer: "api.workos.com" },
      { peer: "What comes in shows its address, not its name: choose a network or an address set." },
    ],
    [{ ports: "0" }, { ports: "Port 0 is reserved: no connection can use it." }],
    [
      { ports: "", peer: "10.0.0.5/8" },
      {
        ports: "Write a port, such as 443, or a range, such as 8000-8100.",
        peer: "10.0.0.5/8 has host bits set: did you mean 10.0.0.0/8?",
      },
    ],
    [{ purpose: "because" }, { purpose: "Say in a few words why this has to be open." }],
    [{ expiresAt: "tomorrow" }, { expiresAt: "Write a date and a time, in UTC." }],
    [{ expiresAt: "2026-13-40T10:00" }, { expiresAt: "Write a date and a time, in UTC." }],
  ] as [Record<string, string>, Record<string, string>][])(
    "%j is refused at its fields",
    (over, expected) => {
      expect(problems(over)).toEqual(expected);
    },
  );

  test("holds nothing that nobody asked for", () => {
    expect(AddRuleInput.safeParse({ ...FORM, retiredAt: "2026-01-01" }).success).toBe(false);
  });
});
