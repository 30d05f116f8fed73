import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { startMortalPostgres } from "#tests/support/crash/postgres.ts";
import { SiteLedger } from "#tests/support/gateway/ledger.ts";
import { type GatewayProgram, gatewayProgram } from "#tests/support/gateway/program.ts";

// A site with two gateways and two relays on one database, while each of them and the database are killed (SIGKILL) at random
// moments. Both sides keep a ledger: what the other side brought or offers, and what the application inside was given. Nothing may be
// missing, made up or out of order, and whatever came in is on record. SALLYPORT_TEST_KILLS says how often.

const KILLS = Number(process.env.SALLYPORT_TEST_KILLS ?? 10);
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test(
  `both ledgers agree although gateways, relays and database are killed ${KILLS} times`,
  async () => {
    const postgres = await startMortalPostgres();
    closing.push(() => postgres.stop());
    const ledger = await SiteLedger.start(postgres.adminUrl);
    closing.push(() => ledger.close());
    const programs = await Promise.all([
      gatewayProgram(ledger.site, "gateway-1", "egress,intake"),
      gatewayProgram(ledger.site, "gateway-2", "egress,intake"),
      gatewayProgram(ledger.site, "relay-1", "relay"),
      gatewayProgram(ledger.site, "relay-2", "relay"),
    ]);
    closing.push(() => Promise.all(programs.map((program) => program.end("SIGKILL"))));
    await Promise.all(programs.map((program) => program.start()));
    await ledger.untilThereIsAnEndpoint();
    ledger.begin(programs.slice(0, 2).map(({ ports }) => ports.intake));
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(Math.random() * 600);
      // By turns, so that each is killed however few the kills; when, is chance.
      const victim: GatewayProgram | undefined = programs[kill % (programs.length + 1)];
      if (!victim) await postgres.killAndStart();
      else {
        await victim.end("SIGKILL");
        await sleep(Math.random() * 200);
        await victim.start();
      }
    }
    await ledger.end();
    await Promise.all(programs.map((program) => program.end("SIGTERM")));
    expect(ledger.disagreement()).toEqual({ missing: [], madeUp: [], strangers: [], disordered: [] });
    expect(await ledger.recordProblems()).toEqual({ silent: [], open: [], eventGaps: 0 });
    // It was work, and not a wait.
    expect(ledger.size).toBeGreaterThan(KILLS * 10);
  },
  240_000 + KILLS * 15_000,
);
