import pg from "pg";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { GatewayReport } from "#lib/shared/gateway/report.ts";
import { Random } from "./random.ts";
import type { FleetRows } from "./rows.ts";

/** What one gateway of the demo, which runs beside the console, has in the console's own database. */
export interface DemoDeliveries {
  gatewayId: string;
  customerId: string;
  deploymentId: string;
  deliveries: object[];
  attempts: object[];
}

const TRIES = 5;

/** Every other gateway with something that was not taken has its deliveries here: their tables have something to show. */
export function deliveriesOf(
  { gateways, gatewayProcesses, gatewaySources }: FleetRows,
  now: Date,
): DemoDeliveries[] {
  const held = new Map(
    gatewayProcesses.map(({ gatewayId, report }) => [
      gatewayId,
      GatewayReport.safeParse(report).data?.held ?? [],
    ]),
  );
  const withSome = gateways.filter(({ id }) => (held.get(id)?.length ?? 0) > 0);
  return withSome.flatMap(({ id, customerId, deploymentId }, place) => {
    if (place % 2 > 0) return [];
    const random = new Random(`deliveries of ${id}`);
    const environment = gatewaySources.find(({ gatewayId }) => gatewayId === id)?.environmentId ?? "";
    const owner = { customer_id: customerId, deployment_id: deploymentId };
    const some = (held.get(id) ?? []).map((one, index) => ({ ...one, seq: index + 1 }));
    return {
      ...{ gatewayId: id, customerId, deploymentId },
      deliveries: some.map((one) => ({
        ...{ ...owner, ...one, environment_id: environment, lane: `${environment} ${one.event_id}` },
      })),
      attempts: some.flatMap((one) => attemptsOf(random, one, owner, now)),
    };
  });
}

type Held = NonNullable<GatewayReport["held"]>[number] & { seq: number };

/** The last tries of one that was not taken, and one event that was taken in between. */
function attemptsOf(random: Random, one: Held, owner: object, now: Date): object[] {
  const opened = new Date(one.opened_at).getTime();
  const last = one.died_at === null ? now.getTime() : new Date(one.died_at).getTime();
  const between = Math.min(7 * MINUTE_MS, (last - opened) / (TRIES + 1));
  const tries = Math.min(one.attempts, TRIES);
  const { endpoint_id, event_id, event, seq, status, problem } = one;
  const common = { ...owner, endpoint_id, seq, event_id, event, gateway: "edge" };
  const failed = Array.from({ length: tries }, (_, index) => ({
    ...common,
    ...{ attempt: one.attempts - tries + index + 1, status, problem },
    began_at: new Date(last - (tries - index) * between),
    duration_ms: status === null ? 15_000 : random.int(8, 900),
    excerpt: status === null ? null : '{"error":"maintenance","retry":true}',
  }));
  const taken = {
    ...common,
    ...{ seq: seq + 1_000, event_id: `${event_id.slice(0, -2)}OK`, attempt: 1, status: 200, problem: null },
    ...{ began_at: new Date(last - between / 2), duration_ms: random.int(8, 300), excerpt: null },
  };
  return [...failed, taken];
}

/** Writes them as the gateways themselves do, each within its own deployment. Returns which database this is. */
export async function writeDeliveries(gatewayUrl: string, all: readonly DemoDeliveries[]): Promise<string> {
  const client = new pg.Client({ connectionString: gatewayUrl });
  await client.connect();
  try {
    for (const { deploymentId, deliveries, attempts } of all) {
      await client.query("SELECT set_config('sallyport.deployment', $1, false)", [deploymentId]);
      await insert(client, "relay_deliveries", DELIVERY, deliveries);
      await insert(client, "relay_attempts", ATTEMPT, attempts);
    }
    const { rows } = await client.query<{ id: string }>("SELECT id::text FROM boundary.store");
    return rows[0]?.id ?? "";
  } finally {
    await client.end();
  }
}

const DELIVERY =
  "customer_id, deployment_id, endpoint_id, seq, event_id, environment_id, event, lane, state, attempts, opened_at, next_at, died_at, status, problem";
const ATTEMPT =
  "customer_id, deployment_id, endpoint_id, seq, event_id, event, gateway, began_at, duration_ms, attempt, status, problem, excerpt";

async function insert(client: pg.Client, table: string, columns: string, rows: readonly object[]) {
  await client.query(
    `INSERT INTO boundary.${table} (${columns})
     SELECT ${columns} FROM json_populate_recordset(NULL::boundary.${table}, $1)`,
    [JSON.stringify(rows)],
  );
}
