// The doctor as one file, which runs with plain Node where nothing else of Sallyport is. The console puts the deployment's plan
// in front of it; without, `--plan` names one.
import { systemClock } from "#lib/shared/clock.ts";
import { emptyPlan } from "../plan.ts";
import {
  DOCTOR_USAGE,
  Problem,
  readArguments,
  readPlan,
  readPlanFile,
  reportFileName,
  runCommandLine,
} from "./command.ts";

const NODE_MIN = 20;

try {
  process.exitCode = await run();
} catch (error) {
  console.error(error instanceof Problem ? error.message : error);
  process.exitCode = 2;
}
// What keeps a socket open has no part in the answer any more.
process.exit();

async function run(): Promise<0 | 1 | 2> {
  if (Number(process.versions.node.split(".")[0]) < NODE_MIN)
    throw new Problem(
      `Node ${process.versions.node} is too old for the doctor. It needs Node ${NODE_MIN} or later.`,
    );
  const args = readArguments(process.argv.slice(2));
  if (args === "help") {
    console.log(`Usage: node sallyport-doctor.mjs [options]\n\n${DOCTOR_USAGE}`);
    return 0;
  }
  if (args.deployment)
    throw new Problem(
      "Only `sallyport doctor` knows deployments. This file has its plan inside, or takes --plan FILE.",
    );
  const enclosed = (globalThis as { sallyportDoctorPlan?: unknown }).sallyportDoctorPlan;
  const plan = args.plan
    ? readPlanFile(args.plan)
    : enclosed
      ? readPlan(JSON.stringify(enclosed), "This file")
      : emptyPlan(systemClock());
  // Whoever runs it by hand is to hold the file to carry, without knowing an option for it.
  const out =
    args.out ??
    (args.json
      ? null
      : reportFileName({ deployment: plan.deployment, startedAt: systemClock().toISOString() }));
  return await runCommandLine(plan, { ...args, out });
}
