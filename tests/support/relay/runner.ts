import { openPool, type Pool } from "#lib/gateway/db.ts";
import { type Boundary, boundaryBy } from "#lib/gateway/relay/delivery/outside.ts";
import { LIMITS, type Limits, Runner } from "#lib/gateway/relay/delivery/runner.ts";
import type { Place } from "#lib/gateway/relay/delivery/store.ts";
import type { GatewayEndpoint } from "#lib/shared/gateway/configuration.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { exampleConfiguration } from "#tests/support/gateway-configuration.ts";

/** Endpoints of one deployment, in one database, whose time the test moves. */
export class RelayBench {
  readonly pool: Pool;
  readonly warnings: unknown[] = [];
  readonly crossings: Crossing[] = [];
  configuration = exampleConfiguration();
  boundary: Boundary = boundaryBy(
    () => this.configuration,
    () => this.clock(),
  );
  #aheadMs = 0;
  #endpoints = 0;
  readonly #runners: Runner[] = [];

  constructor(url: string) {
    this.pool = openPool(url, 8, "dep_1");
  }

  readonly clock = (): Date => new Date(Date.now() + this.#aheadMs);

  /** So much time passes for deliveries; leases are the database's own. */
  pass(ms: number): void {
    this.#aheadMs += ms;
    for (const runner of this.#runners) runner.wake();
  }

  endpoint(url: string, more: Partial<GatewayEndpoint> = {}): GatewayEndpoint {
    this.#endpoints += 1;
    const [endpoint] = exampleConfiguration({
      endpoints: [
        {
          id: `endpoint_${this.#endpoints}`,
          name: "App",
          url,
          signature: "workos",
          secrets: ["a secret of the endpoint"],
          ...more,
        } as GatewayEndpoint,
      ],
    }).endpoints;
    if (!endpoint) throw new Error("There is no endpoint.");
    return endpoint;
  }

  place({ id }: GatewayEndpoint, gateway = "gateway_1"): Place {
    return { customerId: "cus_1", deploymentId: "dep_1", endpointId: id, gateway };
  }

  /** Null where somebody else holds it. */
  async run(
    endpoint: GatewayEndpoint,
    limits: Partial<Limits> = {},
    gateway?: string,
  ): Promise<Runner | null> {
    const around = {
      pool: this.pool,
      clock: this.clock,
      boundary: this.boundary,
      record: (crossing: Crossing) => this.crossings.push(crossing),
      log: { warn: (...what: unknown[]) => this.warnings.push(what) } as never,
    };
    const runner = await Runner.start(around, this.place(endpoint, gateway), endpoint, {
      ...LIMITS,
      ...limits,
    });
    if (runner) this.#runners.push(runner);
    return runner;
  }

  async must(endpoint: GatewayEndpoint, limits: Partial<Limits> = {}): Promise<Runner> {
    const runner = await this.run(endpoint, limits);
    if (!runner) throw new Error("Somebody else holds the endpoint.");
    return runner;
  }

  /** Everybody stops, and nothing is left. */
  async clear(): Promise<void> {
    this.#aheadMs = 0;
    await Promise.all(this.#runners.splice(0).map((runner) => runner.stop()));
    for (const table of ["relay_events", "relay_endpoints", "relay_deliveries", "relay_attempts"])
      await this.pool.query(`DELETE FROM boundary.${table}`);
  }

  async state({ id }: GatewayEndpoint) {
    const { rows } = await this.pool.query(
      `SELECT cursor = coalesce((SELECT max(seq) FROM boundary.relay_events), cursor) AS "atEnd", delivered::int, openings,
         rests_until AS "restsUntil", failing_since AS "failingSince", last_problem AS "lastProblem", held_until AS "heldUntil",
         (SELECT count(*)::int FROM boundary.relay_deliveries AS d WHERE d.endpoint_id = e.endpoint_id AND state = 'waiting') AS waiting,
         (SELECT count(*)::int FROM boundary.relay_deliveries AS d WHERE d.endpoint_id = e.endpoint_id AND state = 'dead') AS dead
       FROM boundary.relay_endpoints AS e WHERE endpoint_id = $1`,
      [id],
    );
    return rows[0];
  }

  async attempts({ id }: GatewayEndpoint) {
    const { rows } = await this.pool.query(
      `SELECT event_id AS "eventId", attempt, status, problem, excerpt, gateway FROM boundary.relay_attempts WHERE endpoint_id = $1 ORDER BY id`,
      [id],
    );
    return rows;
  }
}
