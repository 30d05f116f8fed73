/**
 * A program that does nothing but let connections pass and write them down, to be killed: `node crossing-program.ts <database> <folder>
 * <limits>`. It says on its standard output what it lets pass and what has ended, each once it is recorded.
 */
import { writeSync } from "node:fs";
import { startRecorder } from "#lib/gateway/crossings/recorder.ts";
import { openPool } from "#lib/gateway/db.ts";
import { exampleCrossing } from "./crossings.ts";

const [databaseUrl = "", folder = "", fileBytesMax = "60000", bytesMax = "1000000000"] =
  process.argv.slice(2);
const pool = openPool(databaseUrl, 2, "dep_1");
const recorder = await startRecorder({
  pool,
  owner: { customerId: "cus_1", deploymentId: "dep_1", gateway: "door-a" },
  folder,
  failed: (error) => say("failed", String(error).replaceAll("\n", " ")),
  bytesMax: Number(bytesMax),
  fileBytesMax: Number(fileBytesMax),
});
process.once("SIGTERM", () => void end());

const open = new Map<string, ReturnType<typeof exampleCrossing>>();
const timer = setInterval(letPass, 5);
say("started", "");

/** Ten at a time begin; some of them end at once, some later, and some not before the program does. */
function letPass(): void {
  for (let count = 0; count < 10; count += 1) {
    const begun = exampleCrossing({
      beganAt: new Date(),
      endedAt: null,
      outcome: "open",
      bytesIn: 0,
      bytesOut: 0,
    });
    recorder.record(begun);
    say("open", begun.id);
    open.set(begun.id, begun);
  }
  for (const id of [...open.keys()]) if (Math.random() < 0.1) finish(id);
}

function finish(id: string): void {
  const begun = open.get(id);
  if (!begun) return;
  const bytesIn = Math.floor(Math.random() * 1_000_000);
  recorder.record({ ...begun, endedAt: new Date(), outcome: "allowed", bytesIn });
  say("ended", `${id} ${bytesIn}`);
  open.delete(id);
}

async function end(): Promise<void> {
  clearInterval(timer);
  for (const id of [...open.keys()]) finish(id);
  await recorder.stop();
  await pool.end();
  say("stopped", "");
}

/** At once, and not when the event loop comes to it: what was said is known even if the program ends here. */
function say(what: string, about: string): void {
  writeSync(1, `${what} ${about}\n`);
}
