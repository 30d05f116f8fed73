import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { addEvent } from "./audit.ts";
import type { DemoEnvironment } from "./environments.ts";
import type { Drawing } from "./fleet.ts";
import { Random } from "./random.ts";
import { environmentTarget } from "./targets.ts";

/** The directories of an environment: most customers sync their people, some from two places. */
export function addDirectories(drawing: Drawing, environment: DemoEnvironment): void {
  // Chance of their own, so that the rest of the fleet is drawn as it was without them.
  const random = new Random(`directories of ${environment.id}`);
  const own = { ...drawing, random };
  const { progress } = environment.deployment;
  const count =
    progress === "begun" ? random.int(0, 1) : Number(random.weighted({ 0: 30, 1: 62, 2: 7, 3: 1 }));
  for (let index = 0; index < count; index++) addDirectory(own, environment, index);
}

function addDirectory(drawing: Drawing, environment: DemoEnvironment, index: number): void {
  const { random, rows, now } = drawing;
  const { customer, progress } = environment.deployment;
  const soon = new Date(Math.min(environment.createdAt.getTime() + 20 * DAY_MS, now.getTime()));
  const createdAt = random.between(environment.createdAt, soon);
  const type = random.weighted(TYPES);
  const state = progress === "begun" ? "inactive" : random.weighted(STATES);
  const heard = state === "active";
  const people = heard ? Math.round(8 * 2 ** (random.next() * 9)) : 0;
  const failing = heard && random.chance(0.06);
  const id = random.id("directory", createdAt);
  const name = index === 0 ? "Staff" : random.pick(["Contractors", "Subsidiary staff", "Field crews"]);
  rows.directories.push({
    id,
    customerId: customer.id,
    deploymentId: environment.deployment.id,
    environmentId: environment.id,
    organizationId: random.id("org", createdAt),
    organizationName: index === 0 ? customer.name : `${customer.root} Services`,
    type,
    name,
    state,
    usersActive: people,
    usersInactive: heard ? Math.round(people * random.next() * 0.2) : 0,
    groupCount: heard ? Math.max(1, Math.round(people / random.int(6, 30))) : 0,
    lastSyncAt: heard
      ? new Date(now.getTime() - (failing ? random.int(26, 200) * HOUR_MS : random.int(2, 900) * MINUTE_MS))
      : null,
    problem: failing ? random.pick(PROBLEMS) : "",
    syncedAt: new Date(now.getTime() - random.int(1, 15) * MINUTE_MS),
    createdAt,
    updatedAt: createdAt,
  });
  const directory = {
    ...environmentTarget(environment),
    targetType: "directory",
    targetId: id,
    targetName: name,
  };
  addEvent(drawing, createdAt, "directory.create", { ...directory, after: { name, type } });
  if (random.chance(0.2))
    addEvent(drawing, random.between(createdAt, now), "directory.rotate_token", directory);
}

const STATES = { active: 88, inactive: 9, validating: 2, invalid_credentials: 1 } as const;

const TYPES = {
  "azure scim v2.0": 5,
  "okta scim v2.0": 5,
  "generic scim v2.0": 4,
  ldap: 4,
  "pingfederate scim v2.0": 2,
  "cyberark scim v2.0": 1,
  "onelogin scim v2.0": 1,
} as const;

const PROBLEMS = [
  "The directory server refused the account that reads it. Check whether its password has expired.",
  "The directory server did not answer within 10 seconds.",
  "The directory server's certificate has expired.",
] as const;
