import { PURPOSES } from "#lib/access/permissions.ts";
import { DAY_MS, HOUR_MS } from "#lib/shared/clock.ts";
import { addEvent, deskId } from "./audit.ts";
import type { DemoEnvironment } from "./environments.ts";
import type { Drawing } from "./fleet.ts";
import { DESKS } from "./names.ts";
import { Random } from "./random.ts";
import { environmentTarget } from "./targets.ts";

/** The links by which a customer's own people set things up: how they came to be connected, and what is under way. */
export function addSetupLinks(drawing: Drawing, environment: DemoEnvironment): void {
  // Chance of their own, so that the rest of the fleet is drawn as it was without them.
  const random = new Random(`set-up links of ${environment.id}`);
  const own = { ...drawing, random };
  const count = Number(random.weighted({ 0: 30, 1: 45, 2: 20, 3: 5 }));
  let from = environment.createdAt;
  for (let index = 0; index < count; index++) {
    const createdAt = random.between(from, drawing.now);
    addSetupLink(own, environment, createdAt, index === count - 1);
    from = createdAt;
  }
}

type Fate = "waiting" | "open" | "finished" | "revoked";

/** Only the last link of an organization may still stand: making another replaces the one before. */
function addSetupLink(drawing: Drawing, environment: DemoEnvironment, createdAt: Date, last: boolean): void {
  const { random, rows, now } = drawing;
  const { customer } = environment.deployment;
  const fate: Fate = random.weighted(last ? LAST : FORMER);
  const desk = DESKS[random.int(0, 3)] ?? DESKS[0];
  const expiresAt = new Date(createdAt.getTime() + Number(random.weighted({ 7: 6, 14: 2, 30: 1 })) * DAY_MS);
  const soon = new Date(Math.min(createdAt.getTime() + 60 * HOUR_MS, now.getTime()));
  const openedAt = random.between(createdAt, soon);
  const opened = fate !== "waiting";
  const purposes = PURPOSES.filter(
    (purpose) => purpose === "sso" || (purpose === "dsync" && random.chance(0.5)),
  );
  const steps = opened ? STEPS.slice(0, fate === "finished" ? STEPS.length : random.int(0, 4)) : [];
  const done = steps.map((step, index) => [
    step,
    new Date(openedAt.getTime() + index * 240_000).toISOString(),
  ]);
  const end = new Date(Math.min(openedAt.getTime() + 2 * HOUR_MS, now.getTime()));
  const id = random.id("slk", createdAt);
  rows.setupLinks.push({
    id,
    customerId: customer.id,
    deploymentId: environment.deployment.id,
    environmentId: environment.id,
    organizationId: `org_${environment.id.slice(4)}`,
    organizationName: customer.name,
    purposes,
    note: random.chance(0.3) ? random.pick(NOTES) : "",
    tokenHash: random.id("hash", createdAt),
    codeHash: random.id("code", createdAt),
    ticketHash: null,
    createdById: deskId(desk.email),
    createdByName: desk.name,
    createdAt,
    expiresAt,
    openedAt: opened ? openedAt : null,
    browserHash: opened ? random.id("browser", createdAt) : null,
    lastSeenAt: opened ? end : null,
    revokedAt: fate === "revoked" ? end : null,
    revokedByName: fate === "revoked" ? desk.name : null,
    replacedById: null,
    finishedAt: fate === "finished" && opened ? end : null,
    progress: Object.fromEntries(done),
    returnUrl: null,
    successUrl: null,
  });
  const link = {
    ...environmentTarget(environment),
    ...{ targetType: "setup_link", targetId: id, targetName: customer.name },
  };
  const after = { purposes, expiresAt: expiresAt.toISOString() };
  addEvent(drawing, createdAt, "setup_link.create", { ...link, after });
  if (fate === "revoked") addEvent(drawing, end, "setup_link.revoke", link);
}

const LAST: Record<Fate, number> = { waiting: 3, open: 3, finished: 10, revoked: 1 };
const FORMER: Record<Fate, number> = { waiting: 0, open: 0, finished: 8, revoked: 3 };

const STEPS = [
  "sign_in.provider",
  "sign_in.values",
  "sign_in.metadata",
  "sign_in.mapping",
  "sign_in.test",
  "sign_in.activate",
] as const;

const NOTES = [
  "Please have it ready before the acceptance test.",
  "Call the operations desk when the directory account is there.",
  "Only for the office network; the plant follows later.",
] as const;
