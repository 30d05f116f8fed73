import type { DriverName, EnvironmentKind, EnvironmentState } from "#lib/platform/prisma/enums.ts";
import { tokenContext } from "#lib/services/local.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { addEvent, deskId } from "./audit.ts";
import { addConnections } from "./connections.ts";
import type { DemoDeployment } from "./deployments.ts";
import { addDirectories } from "./directories.ts";
import { addDomains } from "./domains.ts";
import type { Drawing } from "./fleet.ts";
import { DESKS, FAILURES } from "./names.ts";
import { addSetupLinks } from "./setup-links.ts";
import { environmentTarget } from "./targets.ts";

export interface DemoEnvironment {
  id: string;
  name: string;
  kind: EnvironmentKind;
  driver: DriverName;
  state: EnvironmentState;
  deployment: DemoDeployment;
  createdAt: Date;
}

/** Most sites have one environment, larger ones a second for staging; some lost one on the way. Returns who drives them. */
export function addEnvironments(drawing: Drawing, deployment: DemoDeployment): DriverName | null {
  if (deployment.progress === "new") return null;
  const { random } = drawing;
  const driver = driverFor(drawing, deployment);
  const serviceId = driver === "offline" ? addService(drawing, deployment) : null;
  addEnvironment(drawing, deployment, { name: "Production", kind: "production", driver, serviceId });
  if (random.chance(0.35)) {
    addEnvironment(drawing, deployment, { name: "Staging", kind: "staging", driver, serviceId });
  }
  return driver;
}

function driverFor({ random }: Drawing, { mode }: DemoDeployment): DriverName {
  if (mode === "air_gapped") return "offline";
  return random.chance(mode === "connected" ? 0.92 : 0.6) ? "workos" : "offline";
}

function addService(
  { random, rows, seal, now }: Drawing,
  { id, name, customer, createdAt }: DemoDeployment,
): string {
  const serviceId = random.id("svc", createdAt);
  rows.identityServices.push({
    id: serviceId,
    customerId: customer.id,
    name: `${customer.name}, ${name}`,
    baseUrl: `https://identity-${id.slice(-6).toLowerCase()}.${customer.slug}.example`,
    tokenSealed: seal("no site answers to this", tokenContext(serviceId)),
    publicKey:
      "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n",
    lastHeardAt: new Date(now.getTime() - random.int(1, 50) * MINUTE_MS),
    createdAt,
    updatedAt: createdAt,
  });
  return serviceId;
}

type NewEnvironment = Pick<DemoEnvironment, "name" | "kind" | "driver"> & { serviceId: string | null };

function addEnvironment(drawing: Drawing, deployment: DemoDeployment, made: NewEnvironment): void {
  const { random, rows, now } = drawing;
  const createdAt = new Date(
    Math.min(deployment.createdAt.getTime() + random.int(2, 90) * MINUTE_MS, now.getTime()),
  );
  const running = deployment.progress === "running";
  const state = running ? random.weighted({ active: 94, failing: 4, removed: 2, provisioning: 0 }) : "active";
  const id = random.id("env", createdAt);
  const service = rows.identityServices.at(-1);
  const { name, kind, driver, serviceId } = made;
  rows.environments.push({
    id,
    customerId: deployment.customer.id,
    deploymentId: deployment.id,
    name,
    kind,
    driver,
    state,
    stateReason: state === "failing" ? random.pick(FAILURES) : "",
    serviceId,
    remoteId: random.id("environment", createdAt),
    clientId: random.id("client", createdAt),
    baseUrl: driver === "workos" ? "https://api.workos.com" : (service?.baseUrl ?? null),
    issuer: driver === "workos" ? "https://api.workos.com" : (service?.baseUrl ?? null),
    driverKeySealed: null,
    driverKeyFingerprint: null,
    lastCheckedAt: new Date(now.getTime() - random.int(1, 20) * MINUTE_MS),
    createdAt,
    updatedAt: createdAt,
  });
  const environment = { id, name, kind, driver, state, deployment, createdAt };
  addEvent(drawing, createdAt, "environment.create", {
    ...environmentTarget(environment),
    after: { name, kind, driver },
  });
  if (state === "removed") {
    addEvent(drawing, random.between(createdAt, now), "environment.remove", environmentTarget(environment));
    return;
  }
  addKeys(drawing, environment);
  addRedirectUris(drawing, environment);
  addConnections(drawing, environment);
  addDirectories(drawing, environment);
  addDomains(drawing, environment);
  if (environment.driver === "offline") addSetupLinks(drawing, environment);
  if (state === "failing") addFailedOperation(drawing, environment);
}

/** One key in use; behind it those it took over from, and now and then one about to end. */
function addKeys(drawing: Drawing, environment: DemoEnvironment): void {
  const { random, rows, now } = drawing;
  const live = environment.kind === "production" ? "sk_live" : "sk_test";
  const count = environment.deployment.progress === "begun" ? random.int(0, 1) : random.int(1, 3);
  let nextId: string | null = null;
  for (let index = 0; index < count; index++) {
    const at: Date = index === count - 1 ? environment.createdAt : random.between(environment.createdAt, now);
    const id = random.id("key", at);
    const old = index > 0;
    rows.apiKeys.push({
      id,
      customerId: environment.deployment.customer.id,
      environmentId: environment.id,
      remoteId: random.id("api_key", at),
      name:
        random.pick(["Application", "Batch jobs", "Back office"]) + (old ? `, until rotation ${index}` : ""),
      hint: `${live}_…${random.int(0x1000, 0xffff).toString(16)}`,
      createdById: deskId(DESKS[1].email),
      rotatedToId: nextId,
      lastUsedAt: old
        ? new Date(at.getTime() + DAY_MS)
        : new Date(now.getTime() - random.int(1, 600) * MINUTE_MS),
      expiresAt: !old && random.chance(0.15) ? new Date(now.getTime() + random.int(2, 60) * DAY_MS) : null,
      revokedAt: old ? new Date(Math.min(at.getTime() + 30 * DAY_MS, now.getTime() - HOUR_MS)) : null,
      createdAt: at,
    });
    const target = {
      ...environmentTarget(environment),
      targetType: "api_key",
      targetId: id,
      targetName: "Application",
    };
    addEvent(drawing, at, "api_key.create", target);
    if (nextId) addEvent(drawing, at, "api_key.rotate", { ...target, after: { rotatedTo: nextId } });
    nextId = id;
  }
}

function addRedirectUris(drawing: Drawing, environment: DemoEnvironment): void {
  const { random, rows } = drawing;
  if (environment.deployment.progress === "begun" && random.chance(0.4)) return;
  const host = `${environment.kind === "staging" ? "staging." : ""}app.${environment.deployment.customer.slug}.example`;
  const uris = [`https://${host}/auth/callback`, `https://${host}/mobile/callback`].slice(
    0,
    random.int(1, 2),
  );
  for (const [index, uri] of uris.entries()) {
    rows.redirectUris.push({
      id: random.id("ruri", environment.createdAt),
      customerId: environment.deployment.customer.id,
      environmentId: environment.id,
      remoteId: random.id("redir", environment.createdAt),
      uri,
      isDefault: index === 0,
      createdAt: environment.createdAt,
    });
    addEvent(drawing, environment.createdAt, "redirect_uri.change", {
      ...environmentTarget(environment),
      after: { uri },
    });
  }
}

/** What the console tried at a site that does not answer. */
function addFailedOperation({ random, rows, now }: Drawing, environment: DemoEnvironment): void {
  const createdAt = new Date(now.getTime() - random.int(2, 70) * HOUR_MS);
  rows.operations.push({
    id: random.id("op", createdAt),
    customerId: environment.deployment.customer.id,
    deploymentId: environment.deployment.id,
    environmentId: environment.id,
    kind: random.pick(["redirect_uri.add", "api_key.create", "connection.create"]),
    targetId: environment.id,
    input: {},
    inputSealed: null,
    resultSealed: null,
    state: "failed",
    attempts: random.int(5, 8),
    leasedUntil: null,
    nextAttemptAt: createdAt,
    error: random.pick(FAILURES),
    actorId: deskId(DESKS[1].email),
    createdAt,
    finishedAt: null,
  });
}
