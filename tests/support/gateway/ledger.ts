import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { vi } from "vitest";
import { SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { readSignature } from "#lib/shared/gateway/webhook-signature.ts";
import { roleUrl } from "#prisma/roles.ts";
import { startEventsApi } from "../events-api.ts";
import { type Answer, startEndpoint } from "../relay/endpoint.ts";
import { wireEvent } from "../relayed-events.ts";
import { intakeConfiguration } from "./intake.ts";
import { configureSite, type GatewaySite } from "./program.ts";
import { bringUntilTaken } from "./webhook-sender.ts";

const ENDPOINT_SECRET = "whsec_of_the_application";
const SENDERS = 6;

interface LedgerOptions {
  /** How the application answers; otherwise it takes everything. */
  readonly answer?: Answer;
  readonly timeoutSeconds?: number;
  readonly rules?: GatewayConfiguration["allowlist"]["rules"];
  /** By which whoever signs webhooks tells the time, and the application. */
  readonly clock?: () => Date;
  readonly toleranceMs?: number;
}

/**
 * Both sides of a site, and what each of them wrote down: the other side brings and offers events, the application inside is given
 * them. Whatever happens to the gateways and their database between them, nothing may be missing, made up or out of order.
 */
export class SiteLedger {
  readonly site: GatewaySite;
  readonly api: Awaited<ReturnType<typeof startEventsApi>>;
  readonly application: Awaited<ReturnType<typeof startEndpoint>>;
  readonly #adminUrl: string;
  readonly #clock: () => Date;
  /** What each sender had taken from it, in its order. */
  readonly #brought = new Map<string, string[]>();
  readonly #strangers: string[];
  #over = false;
  #untilBringing: Promise<void> = Promise.resolve();
  #working: Promise<unknown> = Promise.resolve();

  private constructor(
    adminUrl: string,
    site: GatewaySite,
    sides: Pick<SiteLedger, "api" | "application">,
    strangers: string[],
    clock: () => Date,
  ) {
    this.#adminUrl = adminUrl;
    this.site = site;
    this.api = sides.api;
    this.application = sides.application;
    this.#strangers = strangers;
    this.#clock = clock;
  }

  static async start(adminUrl: string, options: LedgerOptions = {}): Promise<SiteLedger> {
    const {
      answer,
      timeoutSeconds = 1,
      rules,
      clock = () => new Date(),
      toleranceMs = 60 * SECOND_MS,
    } = options;
    const folder = mkdtempSync(join(tmpdir(), "sallyport-ledger-"));
    const site = { databaseUrl: roleUrl(adminUrl, "gateway", "gateway"), folder };
    const api = await startEventsApi();
    const strangers: string[] = [];
    const application = await startEndpoint((received, response, request) => {
      const reading = readSignature(
        String(received.headers["workos-signature"]),
        Buffer.from(received.body),
        {
          secrets: [ENDPOINT_SECRET],
          toleranceMs,
          now: clock(),
        },
      );
      if (!reading.ok) strangers.push(reading.problem);
      if (answer) answer(received, response, request);
      else response.end();
    });
    const { intake, ...configuration } = intakeConfiguration({
      sources: [
        {
          ...{ id: "source_1", environment_id: "environment_2", name: "Cloud" },
          ...{ url: api.url, api_key: "sk_test", events: [], paused: false },
        },
      ],
      endpoints: [
        {
          ...{ id: "endpoint_1", name: "Application", url: application.url },
          ...{ signature: "workos" as const, secrets: [ENDPOINT_SECRET] },
          ...{ events: [], environment_ids: [], paused: false },
          ...{ timeout_seconds: timeoutSeconds, in_flight: 16, authorities: null },
        },
      ],
      clients: [
        { id: "client_1", name: "All", token_sha256: [], certificate_sha256: [], networks: ["127.0.0.0/8"] },
      ],
    });
    configuration.allowlist.rules.push(...(rules ?? []));
    configureSite(site, { ...configuration, intake });
    return new SiteLedger(adminUrl, site, { api, application }, strangers, clock);
  }

  /** A new endpoint begins with what comes: it is there before anything does. */
  async untilThereIsAnEndpoint(): Promise<void> {
    const there = "SELECT FROM boundary.relay_endpoints";
    await this.asAdmin((admin) =>
      vi.waitUntil(async () => (await admin.query(there)).rowCount === 1, 60_000),
    );
  }

  /** From now on events are brought to these ports by turns, and offered. */
  begin(ports: readonly number[]): void {
    const senders = Array.from({ length: SENDERS }, async (_, sender) => {
      const object = `user_sender_${sender}`;
      const taken: string[] = [];
      this.#brought.set(object, taken);
      for (let number = 0; !this.#over; number += 1) {
        const id = `event_${sender}_${number}`;
        const body = JSON.stringify(wireEvent(id, { data: { id: object, number } }));
        const first = number % ports.length;
        await this.#untilBringing;
        await bringUntilTaken([...ports.slice(first), ...ports.slice(0, first)], body, this.#clock);
        taken.push(id);
      }
    });
    const offering = async () => {
      while (!this.#over) {
        this.api.add(3);
        await sleep(20);
      }
    };
    this.#working = Promise.all([...senders, offering()]);
    // What goes wrong is told by whoever waits for the end.
    this.#working.catch(() => undefined);
  }

  /** Does something while nothing is being brought. */
  async between(work: () => void | Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#untilBringing = promise;
    const taken = () => [...this.#brought.values()].map(({ length }) => length).join();
    for (let before = ""; before !== taken(); await sleep(300)) before = taken();
    await work();
    resolve();
  }

  /** How many were taken so far. */
  get taken(): number {
    return [...this.#brought.values()].reduce((sum, { length }) => sum + length, 0);
  }

  /** Nothing more is brought or offered; and what was is given to the application, or has had the time to be. */
  async end(): Promise<void> {
    this.#over = true;
    await this.#working;
    await this.#endLeases();
    const expected = this.#expected();
    const seen = () => new Set(this.application.received.map(({ id }) => id));
    await vi
      .waitUntil(() => expected.isSubsetOf(seen()), { timeout: 180_000, interval: 100 })
      .catch(() => undefined);
  }

  /** What the ledgers of both sides disagree about. */
  disagreement(): { missing: string[]; madeUp: string[]; strangers: string[]; disordered: string[] } {
    const expected = this.#expected();
    const given = new Set(this.application.received.map(({ id }) => id));
    // Again may come what came before.
    const inOrder = [...given];
    const pulled = Map.groupBy(this.api.events, ({ data }) => String(data.id));
    const sent: [string, string[]][] = [
      ...this.#brought,
      ...[...pulled].map(([object, events]): [string, string[]] => [object, events.map(({ id }) => id)]),
    ];
    return {
      missing: [...expected].filter((id) => !given.has(id)),
      madeUp: inOrder.filter((id) => !expected.has(id)),
      strangers: this.#strangers,
      disordered: sent.flatMap(([object, ids]) => {
        const own = new Set(ids);
        return inOrder.filter((id) => own.has(id)).join() === ids.filter((id) => given.has(id)).join()
          ? []
          : object;
      }),
    };
  }

  /** How many events there were. */
  get size(): number {
    return this.#expected().size;
  }

  /** What the record lacks, once the gateways have ended: what was brought and is not on it, what has not ended, and gaps. */
  async recordProblems(): Promise<{ silent: string[]; open: unknown[]; eventGaps: number }> {
    return await this.asAdmin(async (admin) => {
      // As failed where nobody was left to say how it ended.
      const { rows } = await admin.query<{ id: string }>(
        "SELECT DISTINCT correlation_id AS id FROM boundary.crossings WHERE kind = 'webhook' AND outcome IN ('allowed', 'failed')",
      );
      const recorded = new Set(rows.map(({ id }) => id));
      const open = await admin.query(
        "SELECT id, kind, gateway FROM boundary.crossings WHERE ended_at IS NULL OR outcome = 'open'",
      );
      const gaps = await admin.query("SELECT FROM boundary.relay_gaps");
      return {
        silent: [...this.#brought.values()].flat().filter((id) => !recorded.has(id)),
        open: open.rows,
        eventGaps: gaps.rowCount ?? 0,
      };
    });
  }

  async asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
    const admin = new pg.Client({ connectionString: this.#adminUrl });
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.end();
    }
  }

  async close(): Promise<void> {
    this.#over = true;
    await this.api.close();
    await this.application.close();
    rmSync(this.site.folder, { recursive: true, force: true });
  }

  #expected(): Set<string> {
    return new Set([...[...this.#brought.values()].flat(), ...this.api.events.map(({ id }) => id)]);
  }

  /** As if the time had passed after which another goes on with what a dead one was at, and what failed is tried again. */
  async #endLeases(): Promise<void> {
    await this.asAdmin(async (admin) => {
      await admin.query("UPDATE boundary.relay_endpoints SET held_until = now(), rests_until = NULL");
      await admin.query("UPDATE boundary.relay_deliveries SET next_at = now() WHERE next_at IS NOT NULL");
      await admin.query("UPDATE boundary.relay_cursors SET leased_until = now(), next_pull_at = now()");
    });
  }
}
