import { describe, expect, test } from "vitest";
import { compileDoors, type EgressRule, plainAddress } from "#lib/gateway/egress/doors.ts";

const NOW = new Date("2026-11-28T10:00:00Z");

function rule(id: string, peer: EgressRule["peer"], over: Partial<EgressRule> = {}): EgressRule {
  return {
    ...{ id, peer, direction: "egress", protocol: "tcp", carriedBy: "application" },
    ports: { from: 443, to: 443 },
    expiresAt: null,
    ...over,
  };
}

const DOORS = compileDoors(
  [
    rule("name", { name: "api.workos.com" }),
    rule("wildcard", { name: "*.example.com" }),
    rule("cloud", { networks: ["104.16.0.0/13", "2606:4700::/32"] }),
    rule("everything", { networks: ["0.0.0.0/0", "::/0"] }, { ports: { from: 8443, to: 8443 } }),
    rule("inside", { networks: ["10.1.2.0/24", "fd00:1::/64"] }, { ports: { from: 636, to: 636 } }),
    rule("loopback", { networks: ["127.0.0.1/32"] }, { ports: { from: 9000, to: 9000 } }),
    rule("browser", { name: "auth.workos.com" }, { carriedBy: "user_browser" }),
    rule("inwards", { name: "in.example.net" }, { direction: "ingress" }),
    rule("datagrams", { name: "time.example.net" }, { protocol: "udp" }),
    rule("ended", { name: "old.example.net" }, { expiresAt: NOW }),
    rule("ending", { name: "soon.example.net" }, { expiresAt: new Date("2026-11-28T10:00:01Z") }),
  ],
  NOW,
);

describe("the doors of an allowlist", () => {
  test.each([
    ["api.workos.com", "1.2.3.4", 443, "name"],
    ["API.workos.com", "1.2.3.4", 443, "name"],
    ["a.example.com", "1.2.3.4", 443, "wildcard"],
    [null, "104.16.1.1", 443, "cloud"],
    ["anything.example.org", "2606:4700::1", 443, "cloud"],
    [null, "8.8.8.8", 8443, "everything"],
    [null, "10.1.2.3", 636, "inside"],
    ["ldap.example.org", "fd00:1::5", 636, "inside"],
    [null, "127.0.0.1", 9000, "loopback"],
    ["soon.example.net", "1.2.3.4", 443, "ending"],
  ])("let %s at %s:%i through by the rule %s", (name, address, port, ruleId) => {
    expect(DOORS.decide({ name, address, port })).toEqual({ ruleId });
  });

  test.each([
    ["another port", "api.workos.com", "1.2.3.4", 80],
    ["another name", "api.workos.com.evil.example", "1.2.3.4", 443],
    ["a name two labels below a wildcard", "a.b.example.com", "1.2.3.4", 443],
    ["an address no rule names", null, "1.2.3.4", 443],
    ["a rule for browsers", "auth.workos.com", "1.2.3.4", 443],
    ["a rule for what comes in", "in.example.net", "1.2.3.4", 443],
    ["a rule for datagrams", "time.example.net", "1.2.3.4", 443],
    ["a rule that has ended", "old.example.net", "1.2.3.4", 443],
  ])("stay shut for %s", (_what, name, address, port) => {
    expect(DOORS.decide({ name, address, port })).toEqual({ refused: "no_rule" });
  });

  test.each([
    "10.0.0.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "fec0::1",
    "ff02::1",
    "64:ff9b::a00:1",
    "2002:a00:1::1",
    "2001:0:a00:1::1",
  ])("stay shut for %s, whatever name leads there and however wide a rule is", (address) => {
    expect(DOORS.decide({ name: "api.workos.com", address, port: 443 })).toEqual({
      refused: "inner_address",
    });
    expect(DOORS.decide({ name: null, address, port: 8443 })).toEqual({ refused: "inner_address" });
  });

  test("know which names nothing could let pass, so that no name server hears of them", () => {
    expect(DOORS.couldPass("secret.evil.example", 636)).toBe(true);
    expect(DOORS.couldPass("secret.evil.example", 25)).toBe(false);
    const named = compileDoors([rule("name", { name: "api.workos.com" })], NOW);
    expect(named.couldPass("api.workos.com", 443)).toBe(true);
    expect(named.couldPass("secret.evil.example", 443)).toBe(false);
  });

  test("say when the first of their rules ends", () => {
    expect(DOORS.endsAt).toEqual(new Date("2026-11-28T10:00:01Z"));
    expect(compileDoors([], NOW).endsAt).toBeNull();
  });

  test("are all shut where there are no rules", () => {
    expect(compileDoors([], NOW).decide({ name: "api.workos.com", address: "1.2.3.4", port: 443 })).toEqual({
      refused: "no_rule",
    });
  });
});

test("an address is written in one way, whatever a socket says", () => {
  expect(plainAddress("::ffff:10.0.0.1")).toBe("10.0.0.1");
  expect(plainAddress("fe80::1%eth0")).toBe("fe80::1");
  expect(plainAddress("2001:DB8:0::1")).toBe("2001:db8::1");
  expect(plainAddress(undefined)).toBeNull();
  expect(plainAddress("nowhere")).toBeNull();
});
