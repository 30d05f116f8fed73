/**
 * `npm run bench -- <name>…` runs some benches, `npm run bench` all. `--runs 7` measures each side seven times. `npm run bench -- soak
 * --minutes 10` and `-- console-pages` are not among them: the one looks at memory over time, the other at the console in a browser. Nor is
 * `-- relay-drain --events 1000000`, which looks at the gateway's memory while a backlog leaves.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import type { Bench, BenchCase } from "./bench.ts";
import { consolePages } from "./console-pages.ts";
import { drain } from "./relay-drain.ts";
import type { Measured } from "./side.ts";
import { soak } from "./soak.ts";

interface Result {
  name: string;
  case: string;
  unit: string;
  ours: number;
  peer: number | null;
  ratio: number | null;
  runs: number;
  oursCpuMs: number;
  peerCpuMs: number | null;
  oursRssMb: number;
  peerRssMb: number | null;
}

const RESULTS = new URL("../../bench-results/", import.meta.url);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "5" },
    minutes: { type: "string", default: "10" },
    events: { type: "string", default: "1000000" },
    crossings: { type: "string", default: "10000000" },
    lighthouse: { type: "boolean", default: false },
    pages: { type: "string" },
  },
});
const runs = Number(values.runs);
if (!Number.isInteger(runs) || runs < 5) throw new Error("--runs must be a number from 5 on.");

if (positionals[0] === "console-pages") {
  await consolePages(Number(values.crossings), values.lighthouse, values.pages?.split(","));
  process.exit(0);
}
if (positionals[0] === "soak") process.exit((await soak(Number(values.minutes))) ? 0 : 1);
if (positionals[0] === "relay-drain") process.exit((await drain(Number(values.events))) ? 0 : 1);

for (const name of positionals.length > 0 ? positionals : await allNames()) {
  const { bench } = (await import(`./${name}.bench.ts`)) as { bench: Bench };
  const results: Result[] = [];
  for (const each of bench.cases) results.push(await runCase(name, each));
  print(results);
  await mkdir(RESULTS, { recursive: true });
  await writeFile(new URL(`${name}.json`, RESULTS), `${JSON.stringify(results, null, 2)}\n`);
}

async function allNames(): Promise<string[]> {
  const files = await readdir(new URL(".", import.meta.url));
  return files.filter((file) => file.endsWith(".bench.ts")).map((file) => file.slice(0, -".bench.ts".length));
}

async function runCase(name: string, benchCase: BenchCase): Promise<Result> {
  const ours = await start(name, benchCase.name, "ours");
  const peer = benchCase.peer ? await start(name, benchCase.name, "peer") : null;
  try {
    await measure(ours); // both are warm before the first figure counts
    if (peer) await measure(peer);
    const pairs: { ours: Measured; peer: Measured | null }[] = [];
    for (let run = 0; run < runs; run += 1) {
      pairs.push({ ours: await measure(ours), peer: peer && (await measure(peer)) });
    }
    return summarise(name, benchCase, pairs);
  } finally {
    await stop(ours);
    if (peer) await stop(peer);
  }
}

function summarise(
  name: string,
  { name: caseName, unit, better }: BenchCase,
  pairs: readonly { ours: Measured; peer: Measured | null }[],
): Result {
  const ours = pairs.map((pair) => pair.ours);
  const peer = pairs.flatMap((pair) => pair.peer ?? []);
  const ratios = pairs.flatMap((pair) => {
    if (!pair.peer) return [];
    return better === "higher" ? pair.ours.value / pair.peer.value : pair.peer.value / pair.ours.value;
  });
  return {
    name,
    case: caseName,
    unit,
    ours: rounded(median(ours.map(({ value }) => value))),
    peer: orNull(peer.map(({ value }) => value)),
    ratio: orNull(ratios),
    runs: pairs.length,
    oursCpuMs: rounded(median(ours.map(({ cpuMs }) => cpuMs))),
    peerCpuMs: orNull(peer.map(({ cpuMs }) => cpuMs)),
    oursRssMb: rounded(median(ours.map(({ rssMb }) => rssMb))),
    peerRssMb: orNull(peer.map(({ rssMb }) => rssMb)),
  };
}

async function start(bench: string, caseName: string, side: "ours" | "peer"): Promise<ChildProcess> {
  const child = fork(new URL("side.ts", import.meta.url), [bench, caseName, side]);
  await answer(child);
  return child;
}

async function measure(child: ChildProcess): Promise<Measured> {
  child.send("measure");
  return (await answer(child)) as Measured;
}

/** The next message; a side that ends instead has failed, and has said why on stderr. */
async function answer(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const failed = once(child, "exit", { signal: ended.signal }).then(() => {
    throw new Error(`A side of the bench ended early: ${child.spawnargs.slice(-3).join(" ")}`);
  });
  try {
    const [message] = (await Promise.race([once(child, "message"), failed])) as unknown[];
    return message;
  } finally {
    failed.catch(() => undefined); // its rejection by the abort below is of no interest
    ended.abort();
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.send("close");
  await ended;
}

function print(results: readonly Result[]): void {
  console.table(
    results.map((result) => ({
      bench: result.name,
      case: result.case,
      unit: result.unit,
      ours: result.ours,
      peer: result.peer,
      ratio: result.ratio,
      runs: result.runs,
      "ours cpu ms/op": result.oursCpuMs,
      "peer cpu ms/op": result.peerCpuMs,
      "ours rss MB": result.oursRssMb,
      "peer rss MB": result.peerRssMb,
    })),
  );
}

function orNull(numbers: readonly number[]): number | null {
  return numbers.length > 0 ? rounded(median(numbers)) : null;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Four significant figures: more would pretend to a precision that a shared machine has not. */
function rounded(number: number): number {
  return Number(number.toPrecision(4));
}
