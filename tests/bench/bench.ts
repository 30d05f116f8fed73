import { readFileSync } from "node:fs";

/**
 * What one file `<name>.bench.ts` exports as `bench`. Ours and the peer's run in a process of their own each, by turns, so
 * that neither warms, collects or pays for the other's memory.
 */
export interface Bench {
  readonly cases: readonly BenchCase[];
}

export interface BenchCase {
  readonly name: string;
  /** For example "responses/s" or "ms". */
  readonly unit: string;
  readonly better: "higher" | "lower";
  readonly ours: () => Promise<Contender>;
  readonly peer: (() => Promise<Contender>) | null;
}

export interface Contender {
  /** Does one run, throws unless the work was really done, and says the figure. */
  measure(): Promise<Sample>;
  /** The processes that do the work, where that is not the one that measures: a server under load. */
  readonly pids?: readonly number[];
  close?(): Promise<void>;
}

export interface Sample {
  readonly value: number;
  readonly operations: number;
  /** Where the work's process is gone by the time it could be looked at. */
  readonly cpuMs?: number;
  readonly rssMb?: number;
}

/** Repeats an operation for a while: the figure is how many were done a second. */
export function rate(operation: () => unknown, lastsMs = 2_000, atOnce = 1): () => Promise<Sample> {
  return async () => {
    const begun = performance.now();
    let operations = 0;
    const worker = async () => {
      while (performance.now() - begun < lastsMs) {
        await operation();
        operations += 1;
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    return { value: operations / ((performance.now() - begun) / 1_000), operations };
  };
}

/** Milliseconds of processor time a process has used so far. Linux. */
export function cpuMsOf(pid: number): number {
  // The second field, the program's name, may hold blanks: count from behind its bracket.
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const ticks = Number(fields[11]) + Number(fields[12]);
  return ticks * 10;
}

/** Resident memory of a process in megabytes. Linux. */
export function rssMbOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) / 1_024;
}
