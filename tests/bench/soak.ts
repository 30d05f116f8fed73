/**
 * `npm run bench -- soak [--minutes 10]`: the service under a mixed, moderate load for a while, its memory looked at. Ends with
 * 1 where the memory did not stay flat (see `judgeMemory`) or something was answered 500.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type Client, crashClient } from "#tests/support/crash/client.ts";
import { Ledger } from "#tests/support/crash/ledger.ts";
import { followEvents, startEndpoint } from "#tests/support/crash/readers.ts";
import { prepareSite } from "#tests/support/crash/site.ts";
import {
  changeOrganizations,
  refreshSessions,
  signInBySaml,
  syncPeople,
  type Work,
} from "#tests/support/crash/work.ts";
import { startDurableDatabase, startIdentityProgram } from "./identity-program.ts";
import { judgeMemory, type MemorySample } from "./memory.ts";

const SAMPLE_EVERY_MS = 1_000;
/** Before each request of each of eight workers: how busy the service is kept. */
const PAUSE_MS = 60;

export async function soak(minutes: number): Promise<boolean> {
  const database = await startDurableDatabase();
  const service = await startIdentityProgram(database.identityUrl, { SALLYPORT_TRUSTED_PROXIES: "1" });
  const endpoint = await startEndpoint();
  let over = false;
  let requests = 0;
  const plain = crashClient(service.url, () => over);
  const paced: Client = {
    ...plain,
    ask: async (...asked) => {
      await sleep(PAUSE_MS);
      requests += 1;
      return await plain.ask(...asked);
    },
    insist: async (...asked) => {
      await sleep(PAUSE_MS);
      requests += 1;
      return await plain.insist(...asked);
    },
  };
  try {
    const site = await prepareSite(plain, endpoint.url);
    const work: Work = { client: paced, site, ledger: new Ledger(), signIns: [], sessions: [] };
    const reader = followEvents(paced, site);
    const workers = [changeOrganizations, syncPeople, signInBySaml, refreshSessions].flatMap((kind) => [
      kind(work, 1),
      kind(work, 2),
    ]);
    const samples = await sample(service.url, minutes);
    over = true;
    await Promise.all([...workers, reader.untilIdle()]);
    const verdict = judgeMemory(samples);
    const summary = {
      minutes,
      requestsPerSecond: Math.round(requests / (minutes * 60)),
      acknowledgedChanges: work.ledger.acknowledged(),
      signIns: work.signIns.length,
      webhooks: endpoint.seen.size,
      faults: plain.faults.length,
      ...verdict,
    };
    console.dir(rounded(summary), { breakLength: 120 });
    const folder = new URL("../../bench-results/", import.meta.url);
    await mkdir(folder, { recursive: true });
    await writeFile(new URL("soak.json", folder), `${JSON.stringify({ ...summary, samples }, null, 2)}\n`);
    return verdict.isFlat && plain.faults.length === 0;
  } finally {
    endpoint.close();
    await service.stop();
    await database.stop();
  }
}

async function sample(url: string, minutes: number): Promise<MemorySample[]> {
  const begun = performance.now();
  const samples: MemorySample[] = [];
  for (let atS = 0; atS < minutes * 60; ) {
    await sleep(SAMPLE_EVERY_MS);
    const text = await (await fetch(`${url}/metrics`)).text();
    const figure = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1]) / 2 ** 20;
    atS = (performance.now() - begun) / 1_000;
    samples.push({
      atS,
      rssMb: figure("process_resident_memory_bytes"),
      heapMb: figure("nodejs_heap_size_used_bytes"),
    });
  }
  return samples;
}

function rounded(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, it) => (typeof it === "number" ? Number(it.toFixed(2)) : it)),
  );
}
