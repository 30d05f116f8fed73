import type { ComplianceRegime, DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { addAllowlist } from "./allowlist.ts";
import { addAssertions } from "./assertions.ts";
import { addEvent } from "./audit.ts";
import { addChangeRequests } from "./change-requests.ts";
import { addCrossings } from "./crossings.ts";
import type { DemoCustomer } from "./customers.ts";
import { addReports } from "./doctor.ts";
import { addEnvironments } from "./environments.ts";
import { addExports } from "./exports.ts";
import type { Drawing } from "./fleet.ts";
import { addGateway } from "./gateways.ts";
import { OWNERS, SECTORS, VERSIONS } from "./names.ts";
import { deploymentTarget } from "./targets.ts";

export interface DemoDeployment {
  id: string;
  name: string;
  mode: DeploymentMode;
  customer: DemoCustomer;
  createdAt: Date;
  /** Set up long ago, begun lately, or not begun. */
  progress: "running" | "begun" | "new";
}

/** Draws one deployment with all that belongs to it. */
export function addDeployment(drawing: Drawing, customer: DemoCustomer): void {
  const { random, now } = drawing;
  const progress = random.weighted({ running: 86, begun: 9, new: 5 });
  const latest = progress === "running" ? 21 * DAY_MS : HOUR_MS;
  const createdAt =
    progress === "running"
      ? random.between(customer.createdAt, new Date(now.getTime() - latest))
      : new Date(now.getTime() - random.int(1, 12 * 24) * HOUR_MS);
  const deployment: DemoDeployment = {
    id: random.id("dep", createdAt),
    name: siteName(customer),
    mode: random.weighted<DeploymentMode>(SECTORS[customer.sector].modes),
    customer,
    createdAt,
    progress,
  };
  pushRow(drawing, deployment);
  addAllowlist(drawing, deployment, addEnvironments(drawing, deployment));
  addExports(drawing, deployment);
  addCrossings(drawing, deployment);
  addGateway(drawing, deployment);
  addAssertions(drawing, deployment);
  addChangeRequests(drawing, deployment);
  addReports(drawing, deployment);
  addChanges(drawing, deployment);
}

/** "Trading floor", and once all of a sector's sites are taken "Trading floor 2". */
function siteName(customer: DemoCustomer): string {
  const sites = SECTORS[customer.sector].sites;
  const site = sites[customer.deployments % sites.length] ?? sites[0];
  const round = Math.floor(customer.deployments / sites.length);
  customer.deployments += 1;
  return `${site.replace("{}", customer.root)}${round === 0 ? "" : ` ${round + 1}`}`;
}

function pushRow(drawing: Drawing, { id, name, mode, customer, createdAt, progress }: DemoDeployment): void {
  const { random, rows } = drawing;
  const sector = SECTORS[customer.sector];
  const facts = {
    name,
    mode,
    site: random.chance(0.8) ? `${customer.root}, ${random.pick(PLACES)}` : "",
    ownerName: random.pick(OWNERS),
    tags: sector.tags.filter(() => random.chance(0.45)),
    regimes: regimesOf(drawing, customer),
    regimeOther: customer.sector === "shipping" ? "IACS UR E26" : "",
    productVersion: progress === "new" ? "" : random.weighted(VERSIONS),
    notes: "",
  };
  rows.deployments.push({
    id,
    customerId: customer.id,
    ...facts,
    lastHeardAt: progress === "running" ? lastHeard(drawing, mode) : null,
    archivedAt: null,
    createdAt,
    updatedAt: createdAt,
  });
  addEvent(drawing, createdAt, "deployment.create", {
    ...deploymentTarget({ id, name, customer }),
    after: facts,
  });
}

function regimesOf({ random }: Drawing, customer: DemoCustomer): ComplianceRegime[] {
  const all: readonly ComplianceRegime[] = SECTORS[customer.sector].regimes;
  const some = all.filter(() => random.chance(0.7));
  return some.length === 0 && random.chance(0.8) ? all.slice(0, 1) : [...some];
}

/** Sites behind a firewall report all the time, except those that went quiet; air-gapped ones when somebody is there. */
function lastHeard({ random, now }: Drawing, mode: DeploymentMode): Date | null {
  if (mode === "air_gapped") {
    return random.chance(0.75) ? new Date(now.getTime() - random.int(1, 40) * DAY_MS) : null;
  }
  if (random.chance(0.03)) return null;
  const ago = random.chance(0.05) ? random.int(2, 20) * DAY_MS : random.int(0, 14) * MINUTE_MS;
  return new Date(now.getTime() - ago - random.int(1, 59) * 1_000);
}

/** What people change over the months. */
function addChanges(drawing: Drawing, deployment: DemoDeployment): void {
  const { random, now } = drawing;
  if (deployment.progress !== "running") return;
  const versions = Object.keys(VERSIONS).reverse();
  for (let change = random.int(0, 4); change > 0; change--) {
    const at = random.between(deployment.createdAt, now);
    const from = random.int(0, versions.length - 2);
    addEvent(drawing, at, "deployment.change", {
      ...deploymentTarget(deployment),
      before: { productVersion: versions[from] ?? "" },
      after: { productVersion: versions[from + 1] ?? "" },
    });
  }
}

const PLACES = [
  "building 1",
  "building 4",
  "hall B",
  "level 2",
  "rack 14",
  "east wing",
  "harbour side",
  "annex",
] as const;
