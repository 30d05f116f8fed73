import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import { type MortalPostgres, startMortalPostgres } from "#tests/support/crash/postgres.ts";
import { SiteLedger } from "#tests/support/gateway/ledger.ts";
import { type GatewayProgram, gatewayProgram } from "#tests/support/gateway/program.ts";
import { throughTunnel } from "#tests/support/gateway/wire.ts";
import { egressRule } from "#tests/support/gateway-configuration.ts";
import { canMount, smallDisk } from "#tests/support/small-disk.ts";
import { startOutside } from "../egress/proxy-lab.ts";

// Disks that are full, of the database and of the gateway itself: what cannot be kept is not taken, what passes is on record or counted
// as missing, whoever looks after it is told, and when there is room everything goes on by itself.

const FIVE_MINUTES = { timeout: 300_000 };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A site with one gateway, and something outside that gives back what it gets. */
async function startSite(postgres: MortalPostgres, settings: Record<string, string> = {}) {
  const outside = await startOutside();
  closing.push(() => outside[Symbol.asyncDispose]());
  const loopback = { networks: ["127.0.0.1/32"], peer: { kind: "cidr" as const, value: "127.0.0.1/32" } };
  const ports = { from: outside.port, to: outside.port };
  const ledger = await SiteLedger.start(postgres.adminUrl, { rules: [egressRule({ ...loopback, ports })] });
  closing.push(() => ledger.close());
  const gateway = await gatewayProgram(ledger.site, "gateway", "egress,intake,relay", settings);
  closing.push(() => gateway.end("SIGKILL"));
  await gateway.start();
  await ledger.untilThereIsAnEndpoint();
  const tunnel = (said: string) => throughTunnel(gateway.ports.proxy, `127.0.0.1:${outside.port}`, said);
  return { ledger, gateway, tunnel };
}

async function health({
  ports,
}: GatewayProgram): Promise<{ status: number; report: Partial<GatewayReport> }> {
  const answer = await fetch(`http://127.0.0.1:${ports.health}/ready`);
  return { status: answer.status, report: (await answer.json()) as Partial<GatewayReport> };
}

/** The crossings of tunnels, and how many are said to be missing. */
function tunnelsOnRecord(ledger: SiteLedger) {
  return ledger.asAdmin(async (admin) => {
    const { rows } = await admin.query<{ allowed: number; failed: number; missing: number }>(
      `SELECT count(*) FILTER (WHERE kind = 'connection' AND outcome = 'allowed')::int AS allowed,
         count(*) FILTER (WHERE kind = 'connection' AND outcome = 'failed')::int AS failed,
         coalesce(sum(missing), 0)::int AS missing FROM boundary.crossings`,
    );
    return rows[0];
  });
}

test.runIf(canMount)(
  "the disk of the database is full, and then there is room again",
  FIVE_MINUTES,
  async () => {
    const disk = smallDisk(192);
    closing.push(() => disk.remove());
    const settings = ["max_wal_size=48MB", "min_wal_size=32MB"];
    const postgres = await startMortalPostgres({ folder: join(disk.folder, "postgres"), settings });
    closing.push(() => postgres.stop());
    postgres.tend();
    const { ledger, gateway, tunnel } = await startSite(postgres);
    ledger.begin([gateway.ports.intake]);
    await vi.waitUntil(() => ledger.taken > 100, 60_000);

    // What wants another page of a table is refused.
    let tunnels = 0;
    await vi.waitFor(
      async () => {
        disk.fill();
        const { report } = await health(gateway);
        expect(await tunnel("still open")).toBe("still open");
        tunnels += 1;
        expect(report.record?.problem).toMatch(/^The disk of the database is full/);
        expect(report.intake?.problem).toMatch(/^The disk of the database is full/);
      },
      { timeout: 60_000, interval: 50 },
    );
    // And in the end its log finds no room: it goes down, and cannot come up.
    await vi.waitUntil(
      async () => {
        disk.fill();
        return (await fillLog(postgres.adminUrl)) === "down";
      },
      { timeout: 60_000, interval: 50 },
    );
    await vi.waitUntil(async () => (await health(gateway)).status === 503, 30_000);
    const takenThen = ledger.taken;
    for (let number = 0; number < 20; number += 1) {
      expect(await tunnel(`tunnel ${number}`)).toBe(`tunnel ${number}`);
      tunnels += 1;
    }
    expect(ledger.taken).toBe(takenThen);

    disk.clear();
    await vi.waitUntil(() => ledger.taken > takenThen + 100, 120_000);
    await vi.waitFor(
      async () => {
        const { status, report } = await health(gateway);
        expect([status, report.record?.problem, report.intake?.problem]).toEqual([200, null, null]);
      },
      { timeout: 30_000 },
    );
    await ledger.end();
    await gateway.end("SIGTERM");
    expect(ledger.disagreement()).toEqual({ missing: [], madeUp: [], strangers: [], disordered: [] });
    expect(await ledger.recordProblems()).toEqual({ silent: [], open: [], eventGaps: 0 });
    expect(await tunnelsOnRecord(ledger)).toEqual({ allowed: tunnels, failed: 0, missing: 0 });
  },
);

test.runIf(canMount)(
  "the gateway's own disk is full, and the database is away as well",
  FIVE_MINUTES,
  async () => {
    const disk = smallDisk(8);
    closing.push(() => disk.remove());
    const postgres = await startMortalPostgres();
    closing.push(() => postgres.stop());
    const { ledger, gateway, tunnel } = await startSite(postgres, {
      SALLYPORT_GATEWAY_DATA_DIR: join(disk.folder, "gateway"),
    });
    ledger.begin([gateway.ports.intake]);
    await vi.waitUntil(() => ledger.taken > 50, 60_000);

    // With the database there, nothing is lost.
    disk.fill();
    const takenThen = ledger.taken;
    for (let number = 0; number < 20; number += 1) expect(await tunnel("first")).toBe("first");
    await vi.waitUntil(() => ledger.taken > takenThen + 100, 60_000);

    // Without it crossings lie in memory, and it says how many.
    await postgres.kill();
    await ledgerStands(ledger);
    for (let number = 0; number < 30; number += 1) expect(await tunnel("second")).toBe("second");
    const metrics = await (await fetch(`http://127.0.0.1:${gateway.ports.health}/metrics`)).text();
    const unsafe = Number(/^sallyport_gateway_crossings_unsafe (\d+)$/m.exec(metrics)?.[1]);
    expect(unsafe).toBeGreaterThanOrEqual(30);
    // What lies in memory does not outlive the process: the next says how many are missing, and since when.
    await gateway.end("SIGKILL");
    disk.clear();
    await postgres.start();
    await gateway.start();
    await ledger.end();
    await gateway.end("SIGTERM");
    expect(ledger.disagreement()).toEqual({ missing: [], madeUp: [], strangers: [], disordered: [] });
    const { open, eventGaps } = await ledger.recordProblems();
    expect({ open, eventGaps }).toEqual({ open: [], eventGaps: 0 });
    const { allowed = 0, missing = 0 } = (await tunnelsOnRecord(ledger)) ?? {};
    expect(allowed).toBeGreaterThanOrEqual(20);
    expect(allowed + missing).toBeGreaterThanOrEqual(50);
  },
);

/** Nothing more is taken. */
async function ledgerStands(ledger: SiteLedger): Promise<void> {
  for (let before = -1; before !== ledger.taken; await sleep(200)) before = ledger.taken;
}

/** Has the server begin the next file of its log. */
async function fillLog(adminUrl: string): Promise<"up" | "down"> {
  const admin = new pg.Client({ connectionString: adminUrl });
  admin.on("error", () => undefined);
  try {
    await admin.connect();
    await admin.query("SELECT pg_logical_emit_message(false, 'test', 'x'), pg_switch_wal()");
    return "up";
  } catch {
    return "down";
  } finally {
    await admin.end().catch(() => undefined);
  }
}
