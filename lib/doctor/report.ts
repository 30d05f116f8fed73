import { z } from "zod";
import { deploymentMode, line } from "./bounds.ts";
import { REPORT_BYTES_MAX } from "./shape.ts";

export const OUTCOMES = ["failed", "warning", "passed", "skipped"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const GROUPS = [
  "names",
  "reach",
  "inspection",
  "proxy",
  "clock",
  "identity_providers",
  "ldap",
  "redirect_uris",
  "database",
  "machine",
] as const;
export type Group = (typeof GROUPS)[number];

/** Who can mend it. */
export const ASK = [
  "firewall_team",
  "dns_team",
  "proxy_team",
  "time_team",
  "idp_owner",
  "directory_owner",
  "application_owner",
  "machine_admin",
  "vendor",
] as const;
export type Ask = (typeof ASK)[number];

/** The door that has to be open for this, and the rule of the allowlist that says so; null where no rule does. */
export const Door = z.strictObject({
  ruleId: line(80).nullable(),
  direction: z.enum(["egress", "ingress"]),
  protocol: z.enum(["tcp", "udp"]),
  port: z.number().int().min(1).max(65_535),
  peer: line(300),
  purpose: line(300),
});
export type Door = z.output<typeof Door>;

export const CheckResult = z.strictObject({
  /** The same for the same thing in every report, so that two can be compared. */
  id: line(400),
  group: z.enum(GROUPS),
  outcome: z.enum(OUTCOMES),
  /** What kind of finding it is, for translations and counts. */
  code: z.string().regex(/^[a-z0-9_]{1,60}$/),
  title: line(300),
  expected: line(500),
  found: line(1_000),
  /** What to do, where it did not pass. */
  mend: line(600),
  ask: z.enum(ASK).nullable(),
  door: Door.nullable(),
  /** The redirect URI it is about, which is proven by it. */
  redirectUriId: line(80).nullable(),
  tookMs: z.number().int().min(0).max(3_600_000),
});
export type CheckResult = z.output<typeof CheckResult>;

const CHECKS_MAX = 3_000;

/** What one run of the doctor found. It can be sent to anybody: nothing in it opens anything. */
export const DoctorReport = z.strictObject({
  format: z.literal("sallyport-doctor-report/v1"),
  /** Drawn at random by the run. */
  id: z.uuid(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  doctor: z.strictObject({ version: line(40), node: line(40), platform: line(80) }),
  /** The machine it ran on, by its own name. */
  machine: line(260),
  deployment: z.strictObject({ id: line(80), name: line(200), customer: line(200), mode: deploymentMode }),
  planMadeAt: z.iso.datetime(),
  notes: z.array(line(500)).max(100),
  checks: z
    .array(CheckResult)
    .max(CHECKS_MAX)
    .refine((checks) => new Set(checks.map(({ id }) => id)).size === checks.length, "says one thing twice"),
});
export type DoctorReport = z.output<typeof DoctorReport>;

export type Counts = Record<Outcome, number>;

export function countOutcomes(checks: readonly Pick<CheckResult, "outcome">[]): Counts {
  const counts: Counts = { failed: 0, warning: 0, passed: 0, skipped: 0 };
  for (const { outcome } of checks) counts[outcome] += 1;
  return counts;
}

/** 0: all is well. 1: something needs another look. 2: something does not work. */
export function exitCode(checks: readonly Pick<CheckResult, "outcome">[]): 0 | 1 | 2 {
  const { failed, warning } = countOutcomes(checks);
  if (failed > 0) return 2;
  return warning > 0 ? 1 : 0;
}

/** Groups in the order of the list, but those with failures first; within each, failures first. */
export function groupChecks<Check extends Pick<CheckResult, "group" | "outcome">>(
  checks: readonly Check[],
): { group: Group; checks: Check[] }[] {
  const worst = (list: readonly Check[]) => Math.min(...list.map(({ outcome }) => OUTCOMES.indexOf(outcome)));
  return GROUPS.map((group) => ({
    group,
    checks: checks
      .filter((check) => check.group === group)
      .toSorted((a, b) => OUTCOMES.indexOf(a.outcome) - OUTCOMES.indexOf(b.outcome)),
  }))
    .filter(({ checks: list }) => list.length > 0)
    .toSorted((a, b) => worst(a.checks) - worst(b.checks));
}

export type ReportProblem = "too_large" | "no_json" | "plan" | "no_report" | "damaged";
export type ReadReport =
  | { ok: true; report: DoctorReport }
  | { ok: false; code: ReportProblem; problem: string };

/** Reads a file that somebody carried here; says in one sentence what is wrong with one that is no report. */
export function readReport(content: string): ReadReport {
  if (new TextEncoder().encode(content).length > REPORT_BYTES_MAX)
    return refuse("too_large", "This file is larger than any report of the doctor. Nothing of it was read.");
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    return refuse(
      "no_json",
      "This is no report of the doctor: it is not JSON. Choose the file that ends in .sallyport-doctor.json.",
    );
  }
  const format = z.object({ format: z.string() }).safeParse(json).data?.format;
  if (format === "sallyport-doctor-plan/v1")
    return refuse(
      "plan",
      "This is the doctor's plan, not its report. Run the doctor with it, and bring the file it writes.",
    );
  if (format !== "sallyport-doctor-report/v1")
    return refuse(
      "no_report",
      "This is no report of the doctor. Choose the file that ends in .sallyport-doctor.json.",
    );
  const parsed = DoctorReport.safeParse(json);
  if (parsed.success) return { ok: true, report: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.slice(0, 4).map(String).join(".").slice(0, 80) || "the file";
  return refuse(
    "damaged",
    `This report was changed or cut short on its way: ${where} is not as the doctor writes it.`,
  );
}

function refuse(code: ReportProblem, problem: string): ReadReport {
  return { ok: false, code, problem };
}
