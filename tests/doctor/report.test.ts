import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { clean } from "#lib/doctor/bounds.ts";
import { doorFor } from "#lib/doctor/doors.ts";
import type { PlanRule } from "#lib/doctor/plan.ts";
import { type CheckResult, DoctorReport, exitCode, groupChecks, readReport } from "#lib/doctor/report.ts";
import { REPORT_BYTES_MAX } from "#lib/doctor/shape.ts";
import { reportText } from "#lib/doctor/text.ts";
import { exampleReport } from "#tests/support/doctor-report.ts";

const GOLDEN = join(import.meta.dirname, "report.golden.txt");

describe("as text", () => {
  test("is what the golden file holds, in 80 columns of plain characters, with what failed first", () => {
    const text = reportText(exampleReport());
    if (process.env.WRITE_GOLDEN) writeFileSync(GOLDEN, text);
    expect(text).toBe(readFileSync(GOLDEN, "utf8"));
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that there are none is what is looked at.
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u001b]/);
  });

  test("keeps to 80 columns whatever stands in it", () => {
    const report = exampleReport();
    const endless = {
      ...report,
      checks: report.checks.map((check) => ({
        ...check,
        title: "x".repeat(300),
        found: `${"y".repeat(200)} ${"z".repeat(90)}`,
      })),
    };
    expect(
      Math.max(
        ...reportText(endless)
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(80);
  });
});

test.each([
  [["passed", "skipped"], 0],
  [["passed", "warning"], 1],
  [["warning", "failed"], 2],
  [[], 0],
] as const)("%j ends with %d", (outcomes, code) => {
  expect(exitCode(outcomes.map((outcome) => ({ outcome })))).toBe(code);
});

test("groups with failures come first, and failures first in each", () => {
  const check = (group: CheckResult["group"], outcome: CheckResult["outcome"]) => ({ group, outcome });
  const groups = groupChecks([
    check("names", "passed"),
    check("clock", "passed"),
    check("clock", "failed"),
    check("ldap", "warning"),
  ]);
  expect(groups.map(({ group }) => group)).toEqual(["clock", "ldap", "names"]);
  expect(groups[0]?.checks.map(({ outcome }) => outcome)).toEqual(["failed", "passed"]);
});

describe("a carried report", () => {
  const carried = (change: (report: never) => void) => {
    const report = structuredClone(exampleReport());
    change(report as never);
    return readReport(JSON.stringify(report));
  };

  test("is read back as it was written", () => {
    expect(readReport(JSON.stringify(exampleReport()))).toEqual({ ok: true, report: exampleReport() });
  });

  test.each([
    ["no JSON", "{", /is not JSON/],
    ["another format", '{"format":"x"}', /no report of the doctor/],
    ["a list", "[]", /no report of the doctor/],
    ["the plan", '{"format":"sallyport-doctor-plan/v1"}', /the doctor's plan/],
    ["too large", " ".repeat(REPORT_BYTES_MAX + 1), /larger than any report/],
    ["too large in bytes", `"${"ü".repeat(REPORT_BYTES_MAX / 2)}"`, /larger than any report/],
  ])("is refused: %s", (_what, content, problem) => {
    expect(readReport(content)).toMatchObject({ ok: false, problem: expect.stringMatching(problem) });
  });

  test.each([
    ["a field that it does not have", (report: Record<string, unknown>) => (report.more = 1)],
    ["an escape sequence", (report: { machine: string }) => (report.machine = "\u001b[2Jhost")],
    ["a line turned around", (report: { machine: string }) => (report.machine = "host\u202etxt")],
    ["a second line", (report: { notes: string[] }) => report.notes.push("one\ntwo")],
    ["an endless line", (report: { machine: string }) => (report.machine = "x".repeat(9_999))],
    [
      "an outcome that there is not",
      (report: { checks: { outcome: string }[] }) =>
        Object.assign(report.checks[0] ?? {}, { outcome: "fine" }),
    ],
    ["the same line twice", (report: { checks: unknown[] }) => report.checks.push(report.checks[0])],
    [
      "a code that is markup",
      (report: { checks: { code: string }[] }) => Object.assign(report.checks[0] ?? {}, { code: "<b>" }),
    ],
    [
      "more lines than a run has",
      (report: { checks: CheckResult[] }) => {
        const [first] = report.checks;
        if (first)
          report.checks = Array.from({ length: 3_001 }, (_, index) => ({ ...first, id: `${index}` }));
      },
    ],
  ] as [string, (report: never) => void][])("is refused: %s", (_what, change) => {
    expect(carried(change)).toMatchObject({
      ok: false,
      problem: expect.stringContaining("changed or cut short on its way"),
    });
  });

  test("what other machines say is made fit for it", () => {
    expect(clean("  a\u001b[31m b\r\nc\u202e ")).toBe("a [31m b c");
    expect(clean("x".repeat(500), 10)).toBe("xxxxxxxxx…");
    expect(DoctorReport.shape.machine.safeParse(clean("\u0000\u2028x")).success).toBe(true);
  });
});

describe("the door of a line", () => {
  const rule = (id: string, parts: Partial<PlanRule>): PlanRule => ({
    ...{
      id,
      direction: "egress",
      protocol: "tcp",
      portFrom: 443,
      portTo: 443,
      text: "",
      purpose: "",
      names: [],
      cidrs: [],
    },
    ...parts,
  });
  const rules = [
    rule("rule_in", { direction: "ingress", names: ["api.workos.com"] }),
    rule("rule_udp", { protocol: "udp", names: ["api.workos.com"] }),
    rule("rule_port", { portFrom: 8_000, portTo: 9_000, names: ["api.workos.com"] }),
    rule("rule_cidr", { cidrs: ["104.16.0.0/13", "2606:4700::/32"] }),
    rule("rule_wild", { names: ["*.workos.com"] }),
    rule("rule_name", { names: ["api.workos.com"] }),
  ];
  const wanted = { protocol: "tcp", port: 443, purpose: "Call" } as const;

  test.each([
    ["rule_name", "api.workos.com", ["104.18.1.1"], 443],
    ["rule_wild", "auth.workos.com", ["104.18.1.1"], 443],
    ["rule_cidr", "else.example.com", ["104.18.1.1"], 443],
    ["rule_cidr", "else.example.com", ["2606:4700::1"], 443],
    ["rule_port", "api.workos.com", [], 8_443],
    [null, "else.example.com", ["203.0.113.1"], 443],
    [null, "else.example.com", ["not an address"], 443],
  ])("%s for %s", (ruleId, host, addresses, port) => {
    expect(doorFor(rules, { ...wanted, host, addresses, port })).toMatchObject({
      ruleId,
      peer: host,
      port,
      direction: "egress",
    });
  });
});
