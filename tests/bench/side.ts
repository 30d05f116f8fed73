/** One contender of one case, in its own process: measures when told to. Started by run.ts, as `side.ts <bench> <case> ours|peer`. */
import { type Bench, type Contender, cpuMsOf, rssMbOf } from "./bench.ts";

/** What a side answers for each run. */
export interface Measured {
  readonly value: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

const [benchName, caseName, side] = process.argv.slice(2);
const { bench } = (await import(`./${benchName}.bench.ts`)) as { bench: Bench };
const make = bench.cases.find(({ name }) => name === caseName)?.[side === "peer" ? "peer" : "ours"];
if (!make || !process.send) throw new Error(`There is no ${side} in the case ${caseName} of ${benchName}.`);
const contender = await make();

process.on("message", async (order) => {
  if (order === "measure") return process.send?.(await measure(contender));
  await contender.close?.();
  process.exit(0);
});
process.send("ready");

async function measure(running: Contender): Promise<Measured> {
  const pids = running.pids ?? [process.pid];
  const cpuBefore = sum(pids.map(cpuMsOf));
  const sample = await running.measure();
  const cpuMs = sample.cpuMs ?? sum(pids.map(cpuMsOf)) - cpuBefore;
  return {
    value: sample.value,
    cpuMs: cpuMs / sample.operations,
    rssMb: sample.rssMb ?? sum(pids.map(rssMbOf)),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
