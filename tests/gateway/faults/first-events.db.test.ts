import { afterEach, expect, test, vi } from "vitest";
import { startMortalPostgres } from "#tests/support/crash/postgres.ts";
import { SiteLedger } from "#tests/support/gateway/ledger.ts";
import { gatewayProgram } from "#tests/support/gateway/program.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test("what a new site takes before anybody hands it over is handed over all the same", {
  timeout: 180_000,
}, async () => {
  const postgres = await startMortalPostgres();
  closing.push(() => postgres.stop());
  const ledger = await SiteLedger.start(postgres.adminUrl);
  closing.push(() => ledger.close());
  const [intake, relay] = await Promise.all([
    gatewayProgram(ledger.site, "gateway", "egress,intake"),
    gatewayProgram(ledger.site, "relay", "relay"),
  ]);
  for (const program of [intake, relay]) closing.push(() => program.end("SIGKILL"));
  await intake.start();
  ledger.begin([intake.ports.intake]);
  await vi.waitUntil(() => ledger.taken > 50, 60_000);
  expect(ledger.application.received).toEqual([]);
  await relay.start();
  await ledger.end();
  expect(ledger.disagreement()).toEqual({ missing: [], madeUp: [], strangers: [], disordered: [] });
});
