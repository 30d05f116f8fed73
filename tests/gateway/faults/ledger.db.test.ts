import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { SECOND_MS } from "#lib/shared/clock.ts";
import { readSignature } from "#lib/shared/gateway/webhook-signature.ts";
import { roleUrl } from "#prisma/roles.ts";
import { startMortalPostgres } from "#tests/support/crash/postgres.ts";
import { startEventsApi } from "#tests/support/events-api.ts";
import { intakeConfiguration } from "#tests/support/gateway/intake.ts";
import { configureSite, type GatewayProgram, gatewayProgram } from "#tests/support/gateway/program.ts";
import { bringUntilTaken } from "#tests/support/gateway/webhook-sender.ts";
import { startEndpoint } from "#tests/support/relay/endpoint.ts";
import { wireEvent } from "#tests/support/relayed-events.ts";

// A site with two gateways and two relays on one database, while each of them and the database are killed (SIGKILL) at random
// moments. Both sides keep a ledger: what the other side brought or offers, and what the application inside was given. Nothing may be
// missing, made up or out of order, and whatever came in is on record. SALLYPORT_TEST_KILLS says how often.

const KILLS = Number(process.env.SALLYPORT_TEST_KILLS ?? 20);
const ENDPOINT_SECRET = "whsec_of_the_application";
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

test(
  `both ledgers agree although gateways, relays and database are killed ${KILLS} times`,
  async () => {
    const postgres = await startMortalPostgres();
    closing.push(() => postgres.stop());
    const folder = mkdtempSync(join(tmpdir(), "sallyport-ledger-"));
    closing.push(() => rmSync(folder, { recursive: true, force: true }));
    const site = { databaseUrl: roleUrl(postgres.adminUrl, "gateway", "gateway"), folder };
    const api = await startEventsApi();
    closing.push(() => api.close());
    const strangers: string[] = [];
    const application = await startEndpoint(({ headers, body }, response) => {
      const reading = readSignature(String(headers["workos-signature"]), Buffer.from(body), {
        secrets: [ENDPOINT_SECRET],
        toleranceMs: 60 * SECOND_MS,
        now: new Date(),
      });
      if (!reading.ok) strangers.push(reading.problem);
      response.end();
    });
    closing.push(() => application.close());
    configureSite(
      site,
      intakeConfiguration({
        sources: [
          {
            id: "source_1",
            environment_id: "environment_2",
            name: "Cloud",
            url: api.url,
            api_key: "sk_test",
            events: [],
            paused: false,
          },
        ],
        endpoints: [
          {
            id: "endpoint_1",
            name: "Application",
            url: application.url,
            signature: "workos",
            secrets: [ENDPOINT_SECRET],
            events: [],
            environment_ids: [],
            paused: false,
            timeout_seconds: 1,
            in_flight: 16,
            authorities: null,
          },
        ],
      }),
    );
    const programs = await Promise.all([
      gatewayProgram(site, "gateway-1", "egress,intake"),
      gatewayProgram(site, "gateway-2", "egress,intake"),
      gatewayProgram(site, "relay-1", "relay"),
      gatewayProgram(site, "relay-2", "relay"),
    ]);
    closing.push(() => Promise.all(programs.map((program) => program.end("SIGKILL"))));
    await Promise.all(programs.map((program) => program.start()));
    // A new endpoint begins with what comes: it is there before anything does.
    await asAdmin(postgres.adminUrl, async (admin) => {
      const there = "SELECT FROM boundary.relay_endpoints";
      await vi.waitUntil(async () => (await admin.query(there)).rowCount === 1, 60_000);
    });

    const brought = new Map<string, string[]>();
    let over = false;
    const ports = programs.slice(0, 2).map(({ ports }) => ports.intake);
    const senders = Array.from({ length: 6 }, async (_, sender) => {
      const object = `user_sender_${sender}`;
      const taken: string[] = [];
      brought.set(object, taken);
      for (let number = 0; !over; number += 1) {
        const id = `event_${sender}_${number}`;
        const event = wireEvent(id, { data: { id: object, number } });
        await bringUntilTaken(
          [...ports.slice(number % 2), ...ports.slice(0, number % 2)],
          JSON.stringify(event),
        );
        taken.push(id);
      }
    });
    const offering = (async () => {
      while (!over) {
        api.add(3);
        await sleep(20);
      }
    })();
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
    over = true;
    await Promise.all([...senders, offering]);

    const expected = new Set([...brought.values()].flat());
    for (const { id } of api.events) expected.add(id);
    await endLeases(postgres.adminUrl);
    await vi
      .waitUntil(
        async () => {
          const seen = new Set(application.received.map(({ id }) => id));
          return [...expected].every((id) => seen.has(id));
        },
        { timeout: 180_000, interval: 200 },
      )
      .catch(() => undefined);
    for (const program of programs) await program.end("SIGTERM");

    const given = [...new Set(application.received.map(({ id }) => id))];
    expect([...expected].filter((id) => !given.includes(id))).toEqual([]);
    expect(given.filter((id) => !expected.has(id))).toEqual([]);
    expect(strangers).toEqual([]);
    // Of each object in order; again may come what came before.
    for (const [object, ids] of brought) {
      const first = given.filter((id) => ids.includes(id));
      expect(first, object).toEqual(ids);
    }
    const objects = Map.groupBy(api.events, ({ data }) => data.id);
    for (const [object, events] of objects) {
      const ids = events.map(({ id }) => id);
      expect(
        given.filter((id) => ids.includes(id)),
        object,
      ).toEqual(ids);
    }
    await asAdmin(postgres.adminUrl, async (admin) => {
      expect((await admin.query("SELECT FROM boundary.relay_gaps")).rowCount).toBe(0);
      // Whatever was brought is on record as let in: as failed where nobody was left to say how it ended. And everything has ended.
      const { rows } = await admin.query<{ id: string }>(
        "SELECT DISTINCT correlation_id AS id FROM boundary.crossings WHERE kind = 'webhook' AND outcome IN ('allowed', 'failed')",
      );
      const recorded = new Set(rows.map(({ id }) => id));
      const silent = [...brought.values()].flat().filter((id) => !recorded.has(id));
      expect(silent).toEqual([]);
      const open =
        "SELECT id, kind, gateway FROM boundary.crossings WHERE ended_at IS NULL OR outcome = 'open'";
      expect((await admin.query(open)).rows).toEqual([]);
    });
    // It was work, and not a wait.
    expect(expected.size).toBeGreaterThan(KILLS * 10);
  },
  240_000 + KILLS * 15_000,
);

async function asAdmin(url: string, work: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.end();
  }
}

/** As if the time had passed after which another goes on with what a dead one was at, and what failed is tried again. */
async function endLeases(url: string): Promise<void> {
  await asAdmin(url, async (admin) => {
    await admin.query("UPDATE boundary.relay_endpoints SET held_until = now(), rests_until = NULL");
    await admin.query("UPDATE boundary.relay_deliveries SET next_at = now() WHERE next_at IS NOT NULL");
    await admin.query("UPDATE boundary.relay_cursors SET leased_until = now(), next_pull_at = now()");
  });
}
