import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { DAY_MS } from "#lib/shared/clock.ts";
import { startMortalPostgres } from "#tests/support/crash/postgres.ts";
import { SiteLedger } from "#tests/support/gateway/ledger.ts";
import { gatewayProgram } from "#tests/support/gateway/program.ts";
import { bring } from "#tests/support/gateway/webhook-sender.ts";
import { wireEvent } from "#tests/support/relayed-events.ts";

// The clock of a whole gateway is set back by two days under load, while its application takes nothing, and put right again. And the
// clock of the database is, as far as what was written down shows it: everything that is to end lies two days ahead.

const PRELOAD = resolve(import.meta.dirname, "../../support/gateway/settable-clock.mjs");
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test("a clock that is set back holds up nothing, loses nothing and lets in no recording", {
  timeout: 300_000,
}, async () => {
  const postgres = await startMortalPostgres();
  closing.push(() => postgres.stop());
  const folder = mkdtempSync(join(tmpdir(), "sallyport-clock-"));
  closing.push(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "clock");
  let wrongMs = 0;
  const set = (ms: number) => {
    wrongMs = ms;
    writeFileSync(file, String(ms).padStart(20), { flag: "w" });
  };
  set(0);
  const clock = () => new Date(Date.now() + wrongMs);
  let isBroken = false;
  const ledger = await SiteLedger.start(postgres.adminUrl, {
    clock,
    toleranceMs: 3 * DAY_MS,
    answer: (_received, response) => response.writeHead(isBroken ? 500 : 200).end(),
  });
  closing.push(() => ledger.close());
  const gateway = await gatewayProgram(ledger.site, "gateway", "egress,intake,relay", {
    NODE_OPTIONS: `--import ${PRELOAD}`,
    SALLYPORT_TEST_CLOCK: file,
  });
  closing.push(() => gateway.end("SIGKILL"));
  await gateway.start();
  await ledger.untilThereIsAnEndpoint();
  ledger.begin([gateway.ports.intake]);
  await vi.waitUntil(() => ledger.application.received.length > 200, 60_000);

  // The application takes nothing, and the breaker opens: what failed is to be tried again at a time of the clock as it is.
  isBroken = true;
  await vi.waitUntil(async () => (await restsUntil(ledger)) !== null, 60_000);
  const recorded = JSON.stringify(wireEvent("event_recorded", { data: { id: "user_recorded", number: 0 } }));
  const signedAt = clock();
  await ledger.between(async () => {
    expect(await bring(gateway.ports.intake, recorded, signedAt)).toBe(200);
    set(-2 * DAY_MS);
  });
  isBroken = false;
  const thenTaken = ledger.taken;
  const thenReceived = ledger.application.received.length;
  await vi.waitUntil(() => ledger.taken > thenTaken + 100, 60_000);
  await vi.waitUntil(() => ledger.application.received.length > thenReceived + 100, 60_000);
  expect(await bring(gateway.ports.intake, recorded, signedAt)).toBe(401);

  // A gateway that died held everything until a time that is two days ahead by now; so does what was put off.
  await ledger.between(async () => {
    await gateway.end("SIGKILL");
    await ledger.asAdmin(async (admin) => {
      const ahead = "now() + interval '2 days'";
      await admin.query(
        `UPDATE boundary.relay_endpoints SET held_until = ${ahead}, rests_until = ${ahead}, openings = 3`,
      );
      await admin.query(`UPDATE boundary.relay_cursors SET leased_until = ${ahead}, next_pull_at = ${ahead}`);
      await admin.query(`UPDATE boundary.relay_deliveries SET next_at = ${ahead} WHERE next_at IS NOT NULL`);
    });
    await gateway.start();
  });
  const secondReceived = ledger.application.received.length;
  await vi.waitUntil(() => ledger.application.received.length > secondReceived + 100, 60_000);

  // Put right again, forgotten days included: what was recorded is still no second event.
  await ledger.between(() => set(0));
  expect(await bring(gateway.ports.intake, recorded, signedAt)).toBe(409);
  await ledger.end();
  await gateway.end("SIGTERM");
  const { madeUp, ...agreed } = ledger.disagreement();
  expect(agreed).toEqual({ missing: [], strangers: [], disordered: [] });
  expect(madeUp).toEqual(["event_recorded"]);
  expect(await ledger.recordProblems()).toEqual({ silent: [], open: [], eventGaps: 0 });
  // Each crossing lies in the day that the clock showed.
  const days = await ledger.asAdmin(async (admin) => {
    const { rows } = await admin.query<{ day: number }>(
      "SELECT DISTINCT round(extract(epoch FROM now() - began_at) / 86400)::int AS day FROM boundary.crossings WHERE kind <> 'gap' ORDER BY 1",
    );
    return rows.map(({ day }) => day);
  });
  expect(days).toEqual([0, 2]);
});

function restsUntil(ledger: SiteLedger): Promise<Date | null> {
  return ledger.asAdmin(async (admin) => {
    const { rows } = await admin.query("SELECT rests_until FROM boundary.relay_endpoints");
    return rows[0].rests_until;
  });
}
