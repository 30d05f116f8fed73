import { doorText } from "./doors.ts";
import { type CheckResult, countOutcomes, type DoctorReport, groupChecks } from "./report.ts";
import { ASK_NAMES, GROUP_NAMES } from "./words.ts";

const WIDTH = 80;
const MARKS = { failed: "FAILED ", warning: "WARNING", passed: "ok     ", skipped: "skipped" } as const;

/** The report for a terminal or a ticket: 80 columns, no colour, what failed first. */
export function reportText(report: DoctorReport): string {
  const counts = countOutcomes(report.checks);
  const { deployment } = report;
  const about = [deployment.name, deployment.customer].filter(Boolean).join(", ");
  const lines = [
    ...wrap(`Sallyport doctor: ${about}`, ""),
    ...wrap(`Run on ${report.machine}, ${report.startedAt.slice(0, 16).replace("T", " ")} UTC.`, ""),
    `${counts.failed} failed, ${counts.warning} ${counts.warning === 1 ? "warning" : "warnings"}, ${counts.passed} passed, ${counts.skipped} skipped.`,
    ...report.notes.flatMap((note) => wrap(`Note: ${note}`, "      ")),
  ];
  for (const { group, checks } of groupChecks(report.checks))
    lines.push("", GROUP_NAMES[group], "-".repeat(GROUP_NAMES[group].length), ...checks.flatMap(checkLines));
  return `${lines.join("\n")}\n`;
}

function checkLines({ outcome, title, expected, found, mend, ask, door }: CheckResult): string[] {
  const head = wrap(`${MARKS[outcome]}  ${title}`, "         ");
  const said = (label: string, words: string) => wrap(`         ${label.padEnd(10)}${words}`, " ".repeat(19));
  if (outcome === "passed" || outcome === "skipped")
    return [...head, ...wrap(`         ${found}`, "         ")];
  return [
    ...head,
    ...said("expected", expected),
    ...said("found", found),
    ...(mend ? said("mend", mend) : []),
    ...(door ? said("rule", doorText(door)) : []),
    ...(ask ? said("ask", ASK_NAMES[ask]) : []),
  ];
}

/** Breaks a line at blanks, and what has none where it must. */
function wrap(line: string, indent: string): string[] {
  const lines: string[] = [];
  let rest = line.trimEnd();
  while (rest.length > WIDTH) {
    const at = rest.lastIndexOf(" ", WIDTH);
    const cut = at > indent.length && rest.slice(0, at).trim() !== "" ? at : WIDTH;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = `${indent}${rest.slice(cut).trimStart()}`;
  }
  return [...lines, rest];
}
