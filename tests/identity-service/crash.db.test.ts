import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { bundleIdentityService } from "#lib/cli/build.ts";
import { freePort } from "#lib/cli/ports.ts";
import { end, firstAnswer, spawnIdentityProgram } from "#tests/bench/identity-program.ts";
import { crashClient } from "#tests/support/crash/client.ts";
import { Ledger } from "#tests/support/crash/ledger.ts";
import { startMortalPostgres } from "#tests/support/crash/postgres.ts";
import { followEvents, startEndpoint } from "#tests/support/crash/readers.ts";
import { prepareSite } from "#tests/support/crash/site.ts";
import { expectPromisesKept } from "#tests/support/crash/verdict.ts";
import {
  changeOrganizations,
  refreshSessions,
  signInBySaml,
  syncPeople,
  type Work,
} from "#tests/support/crash/work.ts";
import { testDatabase } from "#tests/support/database.ts";

// The service and its database are killed (SIGKILL) at random moments, while applications, identity providers and a webhook
// endpoint work with it. Nothing that was acknowledged may be missing afterwards, and no event left out, told twice or made up.

const KILLS = Number(process.env.SALLYPORT_TEST_KILLS ?? 20);
const ROOT = join(import.meta.dirname, "../..");
const closing: (() => unknown)[] = [];

beforeAll(() => bundleIdentityService(ROOT, new AbortController().signal));
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** As if the minute had passed after which another instance goes on with what a dead one was delivering. */
async function endLeases(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(
    "UPDATE identity.webhook_endpoints SET leased_until = NULL, next_attempt_at = now(), failures = 0",
  );
  await admin.end();
}

/** Events wait for older transactions of the whole server, those of other tests too. */
async function allVisible(adminUrl: string): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  const HIDDEN = "SELECT FROM identity.events WHERE tx_id >= pg_snapshot_xmin(pg_current_snapshot()) LIMIT 1";
  await vi.waitUntil(async () => (await admin.query(HIDDEN)).rowCount === 0, 30_000);
  await admin.end();
}

async function startProgram(databaseUrl: string, port: number): Promise<ChildProcess> {
  const child = spawnIdentityProgram(databaseUrl, port, {
    SALLYPORT_TRUSTED_PROXIES: "1",
    SALLYPORT_LOG_LEVEL: "silent",
  });
  await firstAnswer(`http://127.0.0.1:${port}/ready`, child);
  return child;
}

/** Work of every kind, during which `interrupt` does its worst; then a look at what is left. */
async function workThrough(port: number, adminUrl: string, interrupt: () => Promise<void>): Promise<Work> {
  let over = false;
  let quiet = false;
  const endpoint = await startEndpoint();
  closing.push(endpoint.close);
  const client = crashClient(`http://127.0.0.1:${port}`, () => over);
  const site = await prepareSite(client, endpoint.url);
  const work: Work = { client, site, ledger: new Ledger(), signIns: [], sessions: [] };
  const reader = followEvents({ ...client, stopping: () => quiet }, site);
  const workers = [changeOrganizations, syncPeople, signInBySaml, refreshSessions].flatMap((kind) => [
    kind(work, 1),
    kind(work, 2),
  ]);
  await interrupt();
  over = true;
  await Promise.all(workers);
  await allVisible(adminUrl);
  quiet = true;
  await expectPromisesKept(work, await reader.untilIdle(), endpoint.seen);
  const repeats = [...endpoint.seen.values()].reduce((sum, times) => sum + times - 1, 0);
  console.info(
    `${work.ledger.acknowledged()} changes acknowledged, ${work.ledger.open()} left open, ${work.signIns.length} sign-ins, ` +
      `${work.sessions.length} sessions refreshed, ${endpoint.seen.size} events, delivered again ${repeats} times`,
  );
  return work;
}

test(
  `the service is killed ${KILLS} times: what it acknowledged is there, each change has its events, once and in order`,
  async () => {
    const { identityUrl, adminUrl } = await testDatabase();
    const port = await freePort();
    let child = await startProgram(identityUrl, port);
    closing.push(() => end(child));
    await workThrough(port, adminUrl, async () => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        await sleep(Math.random() * 1_000);
        child.kill("SIGKILL");
        await once(child, "exit");
        await endLeases(adminUrl);
        child = await startProgram(identityUrl, port);
      }
    });
  },
  60_000 + KILLS * 10_000,
);

test("PostgreSQL is killed three times under the running service: what was acknowledged is on the disk", async () => {
  const postgres = await startMortalPostgres();
  closing.push(postgres.stop);
  const port = await freePort();
  const child = await startProgram(postgres.identityUrl, port);
  closing.push(() => end(child));
  const { ledger, signIns } = await workThrough(port, postgres.adminUrl, async () => {
    for (let kill = 0; kill < 3; kill += 1) {
      await sleep(300 + Math.random() * 700);
      await postgres.killAndStart();
      await firstAnswer(`http://127.0.0.1:${port}/ready`, child);
    }
    await sleep(500);
    await endLeases(postgres.adminUrl);
  });
  expect(child.exitCode).toBeNull();
  expect(Math.min(ledger.acknowledged(), signIns.length)).toBeGreaterThan(0);
}, 120_000);
