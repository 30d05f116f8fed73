import { getServers } from "node:dns";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { systemClock } from "#lib/shared/clock.ts";
import { clean } from "../bounds.ts";
import { DoctorPlan } from "../plan.ts";
import { type DoctorReport, exitCode } from "../report.ts";
import { runDoctor } from "../run.ts";
import { reportText } from "../text.ts";
import { instrumentsOfEnvironment } from "./env.ts";

export const DOCTOR_USAGE = `Looks at everything Sallyport needs from where it runs.

  --plan FILE        what to look at, as the console gives it out
  --json             prints the report as JSON in place of text
  --out FILE         writes the report to a file that can be carried to the vendor
  --resolver ADDRESS a name server in place of this machine's own; may be repeated
  --timeout SECONDS  how long one question may stay without an answer (10)

Ends with 0 when all is well, 1 when something needs another look, 2 when something does not work.`;

export interface Arguments {
  plan: string | null;
  deployment: string | null;
  json: boolean;
  out: string | null;
  resolvers: string[];
  timeoutMs: number;
}

/** @throws Problem with a sentence about the arguments. */
export function readArguments(args: readonly string[]): Arguments | "help" {
  let values: ReturnType<typeof parse>;
  try {
    values = parse(args);
  } catch (error) {
    throw new Problem(`${error instanceof Error ? error.message : error}\n\n${DOCTOR_USAGE}`);
  }
  if (values.help) return "help";
  const seconds = Number(values.timeout ?? 10);
  if (!(seconds >= 0.1 && seconds <= 120)) throw new Problem("--timeout takes seconds, from 0.1 to 120.");
  return {
    plan: values.plan ?? null,
    deployment: values.deployment ?? null,
    json: values.json ?? false,
    out: values.out ?? null,
    resolvers: values.resolver ?? [],
    timeoutMs: seconds * 1_000,
  };
}

/** Something that whoever started the doctor can put right. */
export class Problem extends Error {
  override name = "Problem";
}

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      plan: { type: "string" },
      deployment: { type: "string" },
      json: { type: "boolean" },
      out: { type: "string" },
      resolver: { type: "string", multiple: true },
      timeout: { type: "string" },
      help: { type: "boolean" },
    },
  });
  return values;
}

/** Runs the doctor and tells what it found. Returns what the program is to end with. */
export async function runCommandLine(
  plan: DoctorPlan,
  { json, out, resolvers, timeoutMs }: Arguments,
  databaseUrl: string | null = null,
): Promise<0 | 1 | 2> {
  const { proxy, secrets } = instrumentsOfEnvironment();
  const report = await runDoctor(plan, {
    now: systemClock,
    timeoutMs,
    resolvers: resolvers.length > 0 ? resolvers : getServers(),
    extraCertificates: [],
    proxy,
    secrets: { ...secrets, databaseUrl: databaseUrl ?? secrets.databaseUrl },
  });
  if (out) writeReport(out, report);
  await print(json ? `${JSON.stringify(report, null, 2)}\n` : reportText(report));
  if (out && !json) await print(`\nWritten to ${out}: carry this file to the vendor.\n`);
  return exitCode(report.checks);
}

/** Until it is handed on: the program ends right afterwards. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) =>
    process.stdout.write(text, (error) => (error ? reject(error) : resolve())),
  );
}

export function reportFileName(report: Pick<DoctorReport, "deployment" | "startedAt">): string {
  const slug =
    report.deployment.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 60) || "site";
  return `${slug}-${report.startedAt.slice(0, 16).replace(/[-:]/g, "").replace("T", "-")}.sallyport-doctor.json`;
}

function writeReport(file: string, report: DoctorReport): void {
  try {
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`, { mode: 0o644 });
  } catch (error) {
    throw new Problem(
      `The report could not be written to ${file} (${(error as NodeJS.ErrnoException).code}).`,
    );
  }
}

/** Reads a plan that somebody gave as a file. */
export function readPlanFile(file: string): DoctorPlan {
  let content: string;
  try {
    content = readFileSync(file, "utf8");
  } catch (error) {
    throw new Problem(`The plan ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
  return readPlan(content, file);
}

export function readPlan(content: string, file: string): DoctorPlan {
  let json: unknown;
  try {
    json = JSON.parse(content);
  } catch {
    throw new Problem(`${file} is no plan: it is not JSON.`);
  }
  const parsed = DoctorPlan.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem(
    `${file} is no plan of the doctor: ${clean(issue?.path.map(String).join(".") ?? "", 80)}: ${clean(issue?.message ?? "", 120)}.`,
  );
}
