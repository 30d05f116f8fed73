import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PlanRule } from "#lib/doctor/plan.ts";
import type { CheckResult, DoctorReport } from "#lib/doctor/report.ts";
import { host, planWith } from "#tests/support/doctor-network.ts";
import { createTestCa, type TestCa } from "#tests/support/test-ca.ts";

// The doctor as customers run it, in a network of its own, with a real firewall between it and everything it looks for.
const ROOT = resolve(import.meta.dirname, "../..");
const [SITE, OUTSIDE] = [`doctor-site-${process.pid}`, `doctor-out-${process.pid}`];
const [HERE, THERE] = ["10.99.7.2", "10.99.7.1"];

const possible = canMakeNetworks();

describe.skipIf(!possible)("behind a firewall", () => {
  let folder: string;
  let ca: TestCa;
  let outside: ChildProcess;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "doctor-firewall-"));
    ca = createTestCa();
    const { certificate, key } = ca.issue(["api.door.example"]);
    execFileSync(process.execPath, ["lib/cli/bundle-doctor.ts", folder], { cwd: ROOT });
    writeFileSync(join(folder, "plan.json"), JSON.stringify(PLAN));
    makeNetworks();
    const program = join(ROOT, "tests/support/doctor-outside.ts");
    outside = spawn("ip", ["netns", "exec", OUTSIDE, process.execPath, program, THERE, certificate, key], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (outside.stdout) await once(outside.stdout, "data");
  });
  afterAll(async () => {
    outside.kill();
    if (outside.exitCode === null && outside.signalCode === null) await once(outside, "exit");
    removeNetworks();
    ca.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Loads the firewall, runs the doctor behind it, and returns what it found. */
  async function behind(...rules: string[]): Promise<{ code: number | null; report: DoctorReport }> {
    const text = `flush ruleset\ntable inet door {\n  chain input {\n    type filter hook input priority filter; policy accept;\n    ${rules.join("\n    ")}\n  }\n}\n`;
    execFileSync("ip", ["netns", "exec", OUTSIDE, "nft", "-f", "-"], { input: text });
    const args = [
      join(folder, "sallyport-doctor.mjs"),
      "--plan",
      join(folder, "plan.json"),
      "--json",
      "--resolver",
      THERE,
      "--timeout",
      "1.5",
    ];
    return await new Promise((done) => {
      const child = execFile(
        "ip",
        ["netns", "exec", SITE, process.execPath, ...args],
        { env: { PATH: process.env.PATH, NODE_ENV: "test", NODE_EXTRA_CA_CERTS: ca.file } },
        (_, stdout) => done({ code: child.exitCode, report: JSON.parse(stdout) as DoctorReport }),
      );
    });
  }

  const troubles = ({ checks }: DoctorReport) =>
    checks.filter(({ outcome }) => outcome === "failed" || outcome === "warning");
  const ruleOf = (check: CheckResult | undefined) => check?.door?.ruleId;

  test("with every door open nothing is wrong", async () => {
    const { code, report } = await behind();
    expect(troubles(report)).toEqual([]);
    expect(code).toBe(0);
  });

  test("what is dropped is told from what is rejected, and each names the rule of the API", async () => {
    const dropped = await behind("tcp dport 443 drop");
    const [first] = troubles(dropped.report);
    expect(first).toMatchObject({
      id: "reach:api.door.example:443",
      outcome: "failed",
      code: "tcp_dropped",
      ask: "firewall_team",
    });
    expect(ruleOf(first)).toBe("rule_api");
    expect(dropped.code).toBe(2);
    const rejected = await behind("tcp dport 443 reject with tcp reset");
    expect(troubles(rejected.report)).toEqual([
      expect.objectContaining({ code: "tcp_refused", found: expect.stringContaining("refused") }),
    ]);
    const forbidden = await behind("tcp dport 443 reject with icmpx type admin-prohibited");
    const [prohibited] = troubles(forbidden.report);
    expect(prohibited).toMatchObject({ code: "tcp_refused", found: expect.stringContaining("no way there") });
    expect(ruleOf(prohibited)).toBe("rule_api");
  });

  test("DNS that is dropped names the rule for DNS, and says of the rest that it could not be looked at", async () => {
    const { report } = await behind("udp dport 53 drop", "tcp dport 53 drop");
    const failed = troubles(report);
    expect(failed.map(({ code }) => code)).toEqual(["dns_silent", "dns_silent"]);
    expect(new Set(failed.map(ruleOf))).toEqual(new Set(["rule_dns"]));
    expect(report.checks).toContainEqual(
      expect.objectContaining({ id: "reach:api.door.example:443", outcome: "skipped" }),
    );
  });

  test("NTP that is dropped names the rule for time", async () => {
    const { report } = await behind("udp dport 123 drop");
    const [only, ...others] = troubles(report);
    expect(only).toMatchObject({
      id: "clock:ntp:time.door.example",
      code: "ntp_silent",
      ask: "firewall_team",
    });
    expect(ruleOf(only)).toBe("rule_time");
    expect(others).toEqual([]);
  });

  test("a connection that is cut once TLS begins is told from one that does not come about", async () => {
    const { report } = await behind(
      "tcp dport 443 ct state established ct original packets > 2 reject with tcp reset",
    );
    const [first] = troubles(report);
    expect(first).toMatchObject({ id: "reach:api.door.example:443", code: "tls_fails" });
    expect(ruleOf(first)).toBe("rule_api");
  });
});

const RULE: PlanRule = {
  ...{ id: "", direction: "egress", protocol: "tcp", portFrom: 443, portTo: 443, text: "", purpose: "" },
  ...{ names: [], cidrs: [`${THERE}/32`] },
};

const PLAN = planWith({
  rules: [
    { ...RULE, id: "rule_dns", protocol: "udp", portFrom: 53, portTo: 53 },
    { ...RULE, id: "rule_other", portFrom: 8443, portTo: 8443 },
    { ...RULE, id: "rule_api", names: ["api.door.example"] },
    {
      ...RULE,
      id: "rule_time",
      protocol: "udp",
      portFrom: 123,
      portTo: 123,
      names: ["time.door.example"],
      cidrs: [],
    },
  ],
  hosts: [host("api.door.example", 443, { isPublic: false })],
  timeServers: ["time.door.example"],
});

function ip(...args: string[]): void {
  execFileSync("ip", args, { stdio: ["ignore", "ignore", "pipe"] });
}

/** Two networks with one cable between them, and no way to any other. */
function makeNetworks(): void {
  const [here, there] = [`ds${process.pid}`, `do${process.pid}`];
  for (const name of [SITE, OUTSIDE]) {
    ip("netns", "add", name);
    ip("-n", name, "link", "set", "lo", "up");
  }
  ip("link", "add", here, "netns", SITE, "type", "veth", "peer", "name", there, "netns", OUTSIDE);
  ip("-n", SITE, "addr", "add", `${HERE}/24`, "dev", here);
  ip("-n", OUTSIDE, "addr", "add", `${THERE}/24`, "dev", there);
  ip("-n", SITE, "link", "set", here, "up");
  ip("-n", OUTSIDE, "link", "set", there, "up");
}

function removeNetworks(): void {
  for (const name of [SITE, OUTSIDE]) ip("netns", "delete", name);
}

/** Takes root, the tools, and a system that lets root have networks: containers often do not. */
function canMakeNetworks(): boolean {
  if (process.getuid?.() !== 0) return false;
  const name = `doctor-probe-${process.pid}`;
  try {
    execFileSync("nft", ["--version"], { stdio: "ignore" });
    ip("netns", "add", name);
    execFileSync("ip", ["netns", "exec", name, "nft", "add", "table", "inet", "probe"], { stdio: "ignore" });
    ip(
      "link",
      "add",
      `dp${process.pid}`,
      "netns",
      name,
      "type",
      "veth",
      "peer",
      "name",
      "dp0",
      "netns",
      name,
    );
    return true;
  } catch {
    return false;
  } finally {
    try {
      ip("netns", "delete", name);
    } catch {
      // It was not made.
    }
  }
}
