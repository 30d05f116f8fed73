import { createHash } from "node:crypto";
import { endpointContext, intakeContext } from "#lib/gateways/secrets.ts";
import type { DeploymentMode } from "#lib/platform/prisma/enums.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#lib/shared/clock.ts";
import type { GatewayReport } from "#lib/shared/gateway/report.ts";
import { addEvent } from "./audit.ts";
import type { DemoDeployment } from "./deployments.ts";
import type { Drawing } from "./fleet.ts";
import { Random } from "./random.ts";
import { type Relaying, relayReport, STORE } from "./relayed.ts";
import { drawnLast } from "./rows.ts";
import { deploymentTarget } from "./targets.ts";

const APPLICATIONS = ["Billing", "Case management", "Reporting", "Intranet"] as const;
const CONTENT = { connected: 0.35, restricted: 0.6, air_gapped: 0.25 } as const satisfies Record<
  DeploymentMode,
  number
>;
/** The gateway of a site: its processes with what they reported last, who uses its proxy, what it pulls and hands over. */
export function addGateway(drawing: Drawing, deployment: DemoDeployment): void {
  // Chance of their own, so that the rest of the fleet is drawn as it was without them.
  const random = new Random(`gateway of ${deployment.id}`);
  if (deployment.progress !== "running" || !random.chance(CONTENT[deployment.mode])) return;
  const own = { ...drawing, random };
  const createdAt = random.between(deployment.createdAt, new Date(drawing.now.getTime() - 7 * DAY_MS));
  const gateway: DemoGateway = {
    id: random.id("gw", createdAt),
    customerId: deployment.customer.id,
    deploymentId: deployment.id,
    createdAt,
  };
  addEvent(own, createdAt, "gateway.create", {
    ...deploymentTarget(deployment),
    ...{ targetType: "gateway", targetId: gateway.id },
  });
  const createdById = drawing.rows.auditEvents.at(-1)?.actorId ?? "";
  drawing.rows.gateways.push({
    ...gateway,
    ...{ tokenHash: hashOf(`${gateway.id} token`), previousTokenHash: null, previousTokenEndsAt: null },
    ...{ tokenChangedAt: createdAt, createdById, createdByName: makerOf(drawing) },
    parentProxyUrl: random.chance(0.3) ? `http://proxy.${deployment.customer.slug}.example:3128` : null,
    ...{
      parentProxyAuthorizationSealed: null,
      bufferBytesMax: 10_000_000_000,
      bufferAgeSecondsMax: 2_592_000,
    },
    ...{ crossingsKeptDays: 400, carriedKeys: carriedKeys(random, deployment.mode), updatedAt: createdAt },
    lastAskedAt: drawing.now,
    lastAskedFrom: `198.51.100.${random.int(2, 250)}`,
  });
  addClients(own, gateway);
  const sources = addSources(own, gateway);
  const endpoints = addEndpoints(own, gateway, deployment);
  addIntakes(own, gateway, sources);
  const folders = addFollowers(own, gateway);
  addErrand(own, gateway, endpoints);
  addGap(own, gateway, sources);
  addProcesses(own, gateway, { mode: deployment.mode, sources, endpoints, folders });
}

interface DemoGateway {
  id: string;
  customerId: string;
  deploymentId: string;
  createdAt: Date;
}

const below = ({ id, customerId, deploymentId }: DemoGateway) => ({
  gatewayId: id,
  customerId,
  deploymentId,
});
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const makerOf = ({ rows }: Drawing) => rows.auditEvents.at(-1)?.actorName ?? "";

function addClients(drawing: Drawing, gateway: DemoGateway): void {
  const { random, rows, now } = drawing;
  for (const name of APPLICATIONS.slice(0, random.int(1, 4))) {
    const createdAt = random.between(gateway.createdAt, now);
    const id = random.id("gwc", createdAt);
    const by = random.weighted({ token: 6, certificate: 2, network: 2 });
    const revoked = random.chance(0.1);
    rows.gatewayClients.push({
      ...{ id, ...below(gateway), name, createdAt, createdByName: makerOf(drawing) },
      tokenHash: by === "token" ? hashOf(`${id} token`) : null,
      ...{ previousTokenHash: null, previousTokenEndsAt: null },
      certificateSha256: by === "certificate" ? [hashOf(`${id} certificate`)] : [],
      networks: by === "network" ? [`10.${random.int(0, 250)}.${random.int(0, 250)}.0/24`] : [],
      revokedAt: revoked ? random.between(createdAt, now) : null,
      revokedByName: revoked ? makerOf(drawing) : null,
    });
  }
}

interface DemoSource {
  id: string;
  environmentId: string;
}

function addSources(drawing: Drawing, gateway: DemoGateway): DemoSource[] {
  const { random, rows } = drawing;
  const environments = drawnLast(rows.environments, (row) => row.deploymentId === gateway.deploymentId);
  return environments.flatMap((environment) => {
    if (environment.state === "removed") return [];
    const id = random.id("gws", gateway.createdAt);
    rows.gatewaySources.push({
      ...{ id, ...below(gateway), environmentId: environment.id, events: [] },
      apiKeySealed: drawing.seal("sk_live_of_no_site", `gateway_source:${id}:api_key`),
      pausedAt: random.chance(0.1) ? new Date(drawing.now.getTime() - random.int(1, 40) * HOUR_MS) : null,
      ...{ createdByName: makerOf(drawing), createdAt: gateway.createdAt },
    });
    return [{ id, environmentId: environment.id }];
  });
}

function addEndpoints(drawing: Drawing, gateway: DemoGateway, { customer }: DemoDeployment): string[] {
  const { random, rows, seal, now } = drawing;
  return APPLICATIONS.slice(0, random.int(1, 3)).map((name) => {
    const id = random.id("ep", gateway.createdAt);
    const paused = random.chance(0.12);
    const secret = `whsec_${Buffer.from(hashOf(id)).toString("base64").slice(0, 44)}`;
    rows.relayEndpoints.push({
      ...{ id, ...below(gateway), name, signature: random.pick(["workos", "standard"]) },
      url: `https://${name.toLowerCase().replaceAll(" ", "-")}.${customer.slug}.example/events`,
      ...{ secretSealed: seal(secret, endpointContext(id)), previousSecretSealed: null },
      ...{ previousSecretEndsAt: null, environmentIds: [], timeoutSeconds: 15 },
      ...{ inFlight: random.pick([16, 16, 4]), authorities: null },
      events: random.chance(0.5) ? ["dsync.*", "organization_membership.*"] : [],
      pausedAt: paused ? new Date(now.getTime() - random.int(1, 70) * HOUR_MS) : null,
      pausedByName: paused ? makerOf(drawing) : null,
      ...{ createdByName: makerOf(drawing), createdAt: gateway.createdAt, removedAt: null },
    });
    return id;
  });
}

function addIntakes(drawing: Drawing, gateway: DemoGateway, [source]: readonly DemoSource[]): void {
  const { random, rows, seal } = drawing;
  if (!source || !random.chance(0.4)) return;
  const id = random.id("gwi", gateway.createdAt);
  rows.gatewayIntakes.push({
    ...{ id, ...below(gateway), kind: "webhook", path: "/webhooks/workos" },
    ...{ environmentId: source.environmentId, toleranceSeconds: 180, target: null, maxBytes: 1_000_000 },
    ...{ secretSealed: seal("whsec_of_no_sender", intakeContext(id)), previousSecretSealed: null },
    ...{ previousSecretEndsAt: null, createdByName: makerOf(drawing), createdAt: gateway.createdAt },
  });
}

/** Who follows events, and the folders that they are put into: the ids of these. */
function addFollowers(drawing: Drawing, gateway: DemoGateway): string[] {
  const { random, rows } = drawing;
  const made = { createdByName: makerOf(drawing), createdAt: gateway.createdAt };
  if (random.chance(0.35)) {
    const id = random.id("gwt", gateway.createdAt);
    rows.gatewayStreams.push({
      ...{ id, ...below(gateway), name: "Dashboards", tokenHash: hashOf(`${id} token`) },
      ...{ previousTokenHash: null, previousTokenEndsAt: null },
      ...{ events: random.chance(0.5) ? ["authentication.*"] : [], environmentIds: [], ...made },
    });
  }
  if (!random.chance(0.35)) return [];
  const id = random.id("gwf", gateway.createdAt);
  rows.gatewayFolders.push({
    ...{ id, ...below(gateway), name: "Data warehouse", path: "/srv/sallyport/events" },
    ...{ events: [], environmentIds: [], files: 10_000, pausedAt: null, pausedByName: null, ...made },
  });
  return [id];
}

function carriedKeys(random: Random, mode: DeploymentMode): string[] {
  return mode === "air_gapped"
    ? [
        createHash("sha256")
          .update(`carried ${random.int(0, 1e9)}`)
          .digest("base64url"),
      ]
    : [];
}

/** Something was delivered again once; done, so that it is in no configuration any more. */
function addErrand(drawing: Drawing, gateway: DemoGateway, [endpoint]: readonly string[]): void {
  const { random, rows, now } = drawing;
  if (!endpoint || !random.chance(0.4)) return;
  const createdAt = random.between(gateway.createdAt, now);
  const failed = random.chance(0.2);
  rows.gatewayErrands.push({
    ...{ id: random.id("gwe", createdAt), ...below(gateway), kind: "replay", targetId: endpoint },
    ...{ input: { event_ids: [] }, state: failed ? "failed" : "done" },
    problem: failed ? "The endpoint was removed meanwhile." : null,
    ...{ createdByName: makerOf(drawing), createdAt },
    finishedAt: new Date(createdAt.getTime() + random.int(5, 90) * SECOND_MS),
  });
}

function addGap(drawing: Drawing, gateway: DemoGateway, [source]: readonly DemoSource[]): void {
  const { random, rows, now } = drawing;
  if (!source || !random.chance(0.25)) return;
  const fromAt = random.between(gateway.createdAt, new Date(now.getTime() - DAY_MS));
  const toAt = new Date(fromAt.getTime() + random.int(2, 600) * MINUTE_MS);
  const reason = random.pick(["buffer_full", "cursor_lost", "too_old"]);
  rows.gatewayGaps.push({
    ...{ id: random.id("gap", toAt), ...below(gateway), sourceId: source.id, fromAt, toAt, reason },
    count: reason === "cursor_lost" ? null : random.int(1, 4_000),
    reportedAt: new Date(toAt.getTime() + 3 * SECOND_MS),
  });
}

/** One process or two. Some have been silent for hours; one refused what it was told last. */
function addProcesses(drawing: Drawing, gateway: DemoGateway, relaying: Relaying): void {
  const { random, rows, now } = drawing;
  const silent = random.chance(0.08);
  const refused = !silent && random.chance(0.06);
  const problem = refused
    ? "The configuration makes no sense. endpoints.0.url: It must be an http or https address."
    : null;
  const heardAt = silent ? new Date(now.getTime() - random.int(3, 90) * HOUR_MS) : now;
  for (const name of random.chance(0.3) ? ["edge-a", "edge-b"] : ["edge"]) {
    const startedAt = random.between(gateway.createdAt, heardAt);
    const report: GatewayReport = {
      ...{ gateway: name, version: "0.1.0", store_id: STORE, parts: ["egress", "intake", "relay"] },
      started_at: startedAt.toISOString(),
      configuration: { digest: null, allowlist: null, problem },
      egress: {
        open_tunnels: random.int(0, 240),
        allowed_last_hour: random.int(20, 9_000),
        refused_last_hour: random.int(0, 60),
      },
      record: { waiting_bytes: random.int(2, 90) * 1_000, in_memory: 0, missing: 0, problem: null },
      intake: {
        webhooks_last_hour: random.int(0, 900),
        callbacks_last_hour: random.int(0, 2_000),
        refused_last_hour: random.int(0, 40),
        last_webhook_at: new Date(heardAt.getTime() - random.int(1, 240) * SECOND_MS).toISOString(),
        problem: null,
      },
      ...relayReport(random, heardAt, relaying),
    };
    rows.gatewayProcesses.push({
      ...{
        ...below(gateway),
        name,
        version: "0.1.0",
        storeId: STORE,
        parts: report.parts,
        startedAt,
        heardAt,
      },
      heardFrom: `198.51.100.${random.int(2, 250)}`,
      ...{ configurationDigest: null, allowlistDigest: null, problem, report },
    });
  }
}
