import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export const SECRET = "whsec_only_for_the_benches";
export const OBJECTS = 1_000;

interface Told {
  received: number;
  faults: string[];
  p50?: number;
  p99?: number;
}

export interface Receiver {
  url: string;
  /** Begins to count. Settled once it has had `count` different events. */
  expect(count: number): Promise<{ done: Promise<Told> }>;
  close(): void;
}

export async function startReceiver(environment: Record<string, string> = {}): Promise<Receiver> {
  const child: ChildProcess = fork(new URL("relay-receiver.ts", import.meta.url), [], {
    env: { ...process.env, SECRET, OBJECTS: String(OBJECTS), ...environment },
    // It remembers every event it was sent: the small heap is for the side that is measured.
    execArgv: process.execArgv.filter((flag) => !flag.startsWith("--max-")),
  });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}/events`,
    async expect(count) {
      const ready = once(child, "message");
      child.send({ expect: count });
      await ready;
      const done = once(child, "message").then(([told]) => {
        const { faults } = told as Told;
        if (faults.length > 0) throw new Error(faults.join("\n"));
        return told as Told;
      });
      return { done };
    },
    close: () => child.kill(),
  };
}
