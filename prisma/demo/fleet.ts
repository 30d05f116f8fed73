import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { addBundles } from "./bundles.ts";
import { addCustomers, type DemoCustomer } from "./customers.ts";
import { addDeployment } from "./deployments.ts";
import { addPeople } from "./people.ts";
import { Random } from "./random.ts";
import { type FleetRows, noRows } from "./rows.ts";
import { addSets } from "./sets.ts";

export interface FleetOptions {
  customers: number;
  deployments: number;
  now: Date;
  /** Seals a made-up secret, so that the rows are as they would be; where a fleet is only listed, any text will do. */
  seal: (plaintext: string, context: string) => string;
  seed?: string;
}

/** What drawing a fleet needs at every step. */
export interface Drawing extends FleetOptions {
  random: Random;
  rows: FleetRows;
  /** How far back the history goes. */
  since: Date;
}

/** Draws a believable fleet: customers of five sectors, sites in every mode and every state, months of history. */
export function drawFleet(options: FleetOptions): FleetRows {
  const drawing: Drawing = {
    ...options,
    random: new Random(options.seed ?? "sallyport"),
    rows: noRows(),
    since: new Date(options.now.getTime() - 260 * DAY_MS),
  };
  const customers = addCustomers(drawing);
  addPeople(drawing, customers);
  addSets(drawing, customers);
  addBundles(drawing);
  for (let index = 0; index < options.deployments; index++) {
    addDeployment(drawing, customerFor(drawing, customers, index));
  }
  archiveSome(drawing, customers);
  drawing.rows.auditEvents.sort((a, b) => Number(a.occurredAt) - Number(b.occurredAt));
  return drawing.rows;
}

/** Everyone gets one; the rest go to a few large customers more often than to the many small ones. */
function customerFor({ random }: Drawing, customers: DemoCustomer[], index: number): DemoCustomer {
  const at = index < customers.length ? index : Math.floor(random.next() ** 2 * customers.length);
  const customer = customers[at % customers.length];
  if (!customer) throw new Error("A fleet needs a customer.");
  return customer;
}

/** A former customer, whose name still stands in the history. */
function archiveSome({ rows, now }: Drawing, customers: readonly DemoCustomer[]): void {
  const last = customers.at(-1);
  if (!last || customers.length < 10) return;
  const archivedAt = new Date(now.getTime() - 40 * DAY_MS + HOUR_MS);
  const gone = new Set<string>();
  for (const deployment of rows.deployments) {
    if (deployment.customerId !== last.id) continue;
    Object.assign(deployment, { archivedAt, createdAt: last.createdAt });
    gone.add(deployment.id);
  }
  for (const environment of rows.environments) {
    if (gone.has(environment.deploymentId)) Object.assign(environment, { state: "removed", stateReason: "" });
  }
  rows.connections = rows.connections.filter(({ deploymentId }) => !gone.has(deploymentId));
  rows.directories = rows.directories.filter(({ deploymentId }) => !gone.has(deploymentId));
  rows.domains = rows.domains.filter(({ deploymentId }) => !gone.has(deploymentId));
  for (const customer of rows.customers) if (customer.id === last.id) customer.archivedAt = archivedAt;
}
