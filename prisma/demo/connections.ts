import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { addEvent } from "./audit.ts";
import type { DemoEnvironment } from "./environments.ts";
import type { Drawing } from "./fleet.ts";
import { IDP_NAMES, IDP_TYPES } from "./names.ts";
import { environmentTarget } from "./targets.ts";

/** The identity providers of an environment: usually one, sometimes a subsidiary's too, or none yet. */
export function addConnections(drawing: Drawing, environment: DemoEnvironment): void {
  const { random } = drawing;
  const { progress } = environment.deployment;
  const count =
    progress === "begun" ? random.int(0, 1) : Number(random.weighted({ 0: 3, 1: 70, 2: 22, 3: 5 }));
  for (let index = 0; index < count; index++) addConnection(drawing, environment, index);
}

function addConnection(drawing: Drawing, environment: DemoEnvironment, index: number): void {
  const { random, rows, now } = drawing;
  const { customer, progress } = environment.deployment;
  const createdAt = random.between(
    environment.createdAt,
    new Date(Math.min(environment.createdAt.getTime() + 10 * DAY_MS, now.getTime())),
  );
  const type = random.weighted(IDP_TYPES);
  const state =
    progress === "begun" ? random.pick(["draft", "validating", "requires_type"]) : random.weighted(STATES);
  const organizationName = index === 0 ? customer.name : `${customer.root} Services`;
  const name = `${IDP_NAMES[type]}${index === 0 ? "" : ", subsidiary"}`;
  const id = random.id("conn", createdAt);
  const active = state === "active";
  rows.connections.push({
    id,
    customerId: customer.id,
    deploymentId: environment.deployment.id,
    environmentId: environment.id,
    organizationId: random.id("org", createdAt),
    organizationName,
    type,
    name,
    state,
    domains: [`${index === 0 ? "" : "services."}${customer.slug}.example`],
    certificateExpiresAt: type === "GenericOIDC" ? null : certificateEnd(drawing),
    lastSignInAt: active ? new Date(now.getTime() - random.int(1, 30 * 60) * MINUTE_MS) : null,
    failures24h: active && random.chance(0.05) ? random.int(1, 40) : 0,
    syncedAt: new Date(now.getTime() - random.int(1, 15) * MINUTE_MS),
    createdAt,
    updatedAt: createdAt,
  });
  const connection = {
    ...environmentTarget(environment),
    targetType: "connection",
    targetId: id,
    targetName: name,
  };
  addEvent(drawing, createdAt, "connection.create", { ...connection, after: { name, type } });
  if (state === "draft") return;
  const activatedAt = new Date(createdAt.getTime() + random.int(1, 40) * HOUR_MS);
  addEvent(drawing, activatedAt, "connection.test", { ...connection, detail: { result: "passed" } });
  addEvent(drawing, activatedAt, "connection.change", {
    ...connection,
    before: { state: "draft" },
    after: { state },
  });
}

const STATES = { active: 90, inactive: 5, validating: 2, draft: 3 } as const;

/** Most certificates last; a few end within weeks, and some have ended. */
function certificateEnd({ random, now }: Drawing): Date {
  const days = random.weighted({ far: 93, soon: 5, past: 2 });
  const [least, most] = { far: [40, 900], soon: [1, 29], past: [-20, -1] }[days] as [number, number];
  return new Date(now.getTime() + random.int(least, most) * DAY_MS + random.int(1, 20) * HOUR_MS);
}
