import { generateKeyPairSync } from "node:crypto";
import { crossingRef } from "#lib/crossings/schema.ts";
import { asSystem, type Tx } from "#lib/platform/db.ts";
import { fingerprint, seal } from "#lib/platform/seal.ts";
import { newId } from "#lib/shared/ids.ts";
import { exampleReport } from "#tests/support/doctor-report.ts";
import { aBundle } from "./bundle-world.ts";
import type { People } from "./rows.ts";

/** One customer with one of everything that belongs to a customer. */
export interface World {
  customerId: string;
  deploymentId: string;
  serviceId: string;
  serviceName: string;
  environmentId: string;
  apiKeyId: string;
  redirectUriId: string;
  connectionId: string;
  directoryId: string;
  setupLinkId: string;
  domainId: string;
  ruleId: string;
  setId: string;
  setSlug: string;
  /** Accepted, and used by nobody yet. */
  setNewerId: string;
  /** Waits for somebody to decide. */
  setVersionId: string;
  assertionId: string;
  servedListId: string;
  gatewayId: string;
  gatewayClientId: string;
  gatewaySourceId: string;
  relayEndpointId: string;
  gatewayIntakeId: string;
  gatewayStreamId: string;
  gatewayFolderId: string;
  reportId: string;
  requestId: string;
  bulkId: string;
  /** Taken in, with one list that nobody brought yet. */
  bundleRowId: string;
  bundleKeyId: string;
  bundleTrustId: string;
  operationId: string;
  auditEventId: string;
  crossingId: string;
  /** The crossing, as a URL names it. */
  crossingRef: string;
}

/** Nothing listens there: what a command wants to say to a site is lost, which is no matter of permission. */
const NOWHERE = "http://127.0.0.1:9";

const PUBLIC_KEY = generateKeyPairSync("ed25519")
  .publicKey.export({ type: "spki", format: "pem" })
  .toString();

export async function aWorld(): Promise<World> {
  const customerId = newId("cus");
  const deploymentId = newId("dep");
  const environmentId = newId("env");
  const serviceId = newId("svc");
  const serviceName = `Service ${serviceId}`;
  const ids = {
    apiKeyId: newId("key"),
    redirectUriId: newId("uri"),
    connectionId: newId("conn"),
    directoryId: newId("directory"),
    setupLinkId: newId("slk"),
    domainId: newId("org_domain"),
    ruleId: newId("rule"),
    setId: newId("aset"),
    setNewerId: newId("asetv"),
    setVersionId: newId("asetv"),
    assertionId: newId("asrt"),
    servedListId: newId("list"),
    gatewayId: newId("gw"),
    gatewayClientId: newId("gwc"),
    gatewaySourceId: newId("gws"),
    relayEndpointId: newId("ep"),
    gatewayIntakeId: newId("gwi"),
    gatewayStreamId: newId("gwt"),
    gatewayFolderId: newId("gwf"),
    reportId: newId("report"),
    requestId: newId("chg"),
    bulkId: newId("blk"),
    bundleRowId: newId("bdlr"),
    bundleKeyId: newId("bkey"),
    bundleTrustId: newId("btk"),
    operationId: newId("op"),
    auditEventId: newId("aud"),
    crossingId: newId("crs"),
  };
  const theirs = { customerId, deploymentId };
  const crossing = { ref: "" };
  const setSlug = `proxies-${ids.setId.slice(-6).toLowerCase()}`;
  await asSystem("a test prepares a customer", async (tx) => {
    const name = `Customer ${customerId}`;
    await tx.customer.create({ data: { id: customerId, name, slug: customerId.toLowerCase() } });
    await tx.deployment.create({ data: { id: deploymentId, customerId, name: "Main", mode: "restricted" } });
    const service = { name: serviceName, baseUrl: `${NOWHERE}/${serviceId}`, publicKey: PUBLIC_KEY };
    const tokenSealed = seal("a token", `service:${serviceId}:token`);
    await tx.identityService.create({ data: { id: serviceId, customerId, ...service, tokenSealed } });
    const environment = {
      name: "Production",
      kind: "production",
      driver: "offline",
      state: "active",
    } as const;
    const driverKeySealed = seal("sk_test_nothing", `environment:${environmentId}:driver_key`);
    const remote = {
      remoteId: environmentId,
      clientId: `client_${environmentId}`,
      baseUrl: `${NOWHERE}/${serviceId}`,
    };
    const key = { driverKeySealed, driverKeyFingerprint: fingerprint(environmentId) };
    await tx.environment.create({
      data: { id: environmentId, ...theirs, serviceId, ...environment, ...remote, ...key },
    });
    const inside = { customerId, environmentId };
    const apiKey = {
      id: ids.apiKeyId,
      ...inside,
      remoteId: ids.apiKeyId,
      name: "Application",
      hint: "sk_…1234",
    };
    await tx.apiKey.create({ data: { ...apiKey, createdById: "person_owner" } });
    const uri = { id: ids.redirectUriId, ...inside, remoteId: ids.redirectUriId };
    await tx.redirectUri.create({ data: { ...uri, uri: "https://app.example.com/callback" } });
    const now = new Date();
    const connection = {
      name: "Okta",
      type: "OktaSAML",
      state: "active",
      failures24h: 3,
      syncedAt: now,
      createdAt: now,
    };
    await tx.connection.create({ data: { id: ids.connectionId, ...theirs, environmentId, ...connection } });
    const directory = {
      name: "Staff",
      type: "okta scim v2.0",
      state: "active",
      syncedAt: now,
      createdAt: now,
    };
    await tx.directory.create({ data: { id: ids.directoryId, ...theirs, environmentId, ...directory } });
    const link = { organizationId: "org_1", organizationName: "Contoso", purposes: ["sso"] };
    const by = { createdById: "person_owner", createdByName: "Somebody" };
    const until = new Date(now.getTime() + 86_400_000);
    const resolver = { dnsResolvers: ["192.0.2.53/32"] };
    await tx.deploymentCapability.create({
      data: { ...theirs, capability: "dns", packVersion: 1, answers: resolver },
    });
    await tx.setupLink.create({
      data: { id: ids.setupLinkId, ...theirs, environmentId, ...link, ...by, expiresAt: until },
    });
    await tx.domain.create({
      data: {
        ...{ id: ids.domainId, ...theirs, environmentId, organizationId: "org_1" },
        ...{ name: `${ids.domainId.toLowerCase()}.example`, state: "pending", strategy: "dns" },
        ...{ syncedAt: now, createdAt: now },
      },
    });
    const rule = {
      direction: "egress",
      protocol: "tcp",
      portFrom: 443,
      portTo: 443,
      peerKind: "cidr",
    } as const;
    const meaning = { peer: "192.0.2.0/24", purpose: "A door that a test opens" };
    const expiresAt = new Date(now.getTime() + 86_400_000);
    await tx.allowlistRule.create({ data: { id: ids.ruleId, ...theirs, ...rule, ...meaning, expiresAt } });
    const set = { id: ids.setId, customerId, slug: setSlug, name: "Proxies", origin: "Their network team" };
    await tx.addressSet.create({ data: set });
    const brought = { intake: "text", contentSha256: "0".repeat(64), checkedOn: now } as const;
    const version = { setId: ids.setId, customerId, ...brought, cidrs: ["192.0.2.7/32"], networkCount: 1 };
    const first = { id: newId("asetv"), number: 1, state: "accepted" } as const;
    await tx.addressSetVersion.create({ data: { ...version, ...first } });
    await tx.addressSetVersion.create({ data: { ...version, ...first, id: ids.setNewerId, number: 2 } });
    await tx.addressSetVersion.create({ data: { ...version, id: ids.setVersionId, number: 3 } });
    await tx.deploymentAddressSet.create({ data: { ...theirs, setId: ids.setId, versionId: first.id } });
    const holds = { must: "deny", direction: "ingress", reason: "Nobody reaches the database" } as const;
    await tx.allowlistAssertion.create({
      data: { id: ids.assertionId, ...theirs, ...rule, ...holds, peer: "192.0.2.0/24" },
    });
    const drafted = { title: "Another door", changes: [{ kind: "retire_rule", ruleId: ids.ruleId }] };
    const author = { createdById: "person_owner", createdByName: "Somebody" };
    await tx.changeRequest.create({
      data: { id: ids.requestId, ...theirs, number: 1, ...drafted, changeCount: 1, ...author },
    });
    await tx.bulkRequest.create({
      data: {
        ...{ id: ids.bulkId, subject: "rule_pack", subjectId: "time", subjectName: "Time", versionId: "2" },
        ...{ versionNumber: 2, reason: "Time servers answer NTS now.", total: 1, ...author },
        items: { create: [theirs] },
      },
    });
    await tx.servedList.create({
      data: {
        ...{ id: ids.servedListId, ...theirs, name: "PA-3220", direction: "egress" },
        ...{ tokenHash: fingerprint(ids.servedListId), ...by },
      },
    });
    await aGateway(tx, { ...theirs, environmentId, ...ids });
    const found = exampleReport({ machine: `app.${customerId.toLowerCase()}.example` });
    const counted = { failed: 1, warnings: 1, passed: 2, skipped: 1, broughtBy: "Somebody", ranAt: now };
    await tx.doctorReport.create({
      data: {
        ...{ id: ids.reportId, ...theirs, runId: found.id, machine: found.machine, content: found },
        ...counted,
      },
    });
    await tx.redirectUriProof.create({
      data: {
        ...{ redirectUriId: ids.redirectUriId, customerId, reportId: ids.reportId, outcome: "passed" },
        ...{ found: "answers 302", machine: found.machine, ranAt: now },
      },
    });
    await aBundle(tx, ids, setSlug);
    const operation = {
      kind: "connection.change",
      targetId: environmentId,
      input: {},
      actorId: "person_owner",
    };
    await tx.operation.create({
      data: {
        id: ids.operationId,
        ...theirs,
        environmentId,
        ...operation,
        state: "failed",
        error: "It failed.",
      },
    });
    // A key that was made while nobody waited, and is still to be shown.
    const made = {
      id: newId("op"),
      kind: "api_key.create",
      targetId: ids.apiKeyId,
      input: {},
      actorId: "person_owner",
    };
    const resultSealed = seal("sk_test_shown_once", `operation:${made.id}:result`);
    await tx.operation.create({ data: { ...made, ...theirs, environmentId, state: "done", resultSealed } });
    // A directory's token likewise.
    const rotated = { ...made, id: newId("op"), kind: "directory.rotate_token", targetId: ids.directoryId };
    const directoryTokenSealed = seal("a token shown once", `operation:${rotated.id}:result`);
    await tx.operation.create({
      data: { ...rotated, ...theirs, environmentId, state: "done", resultSealed: directoryTokenSealed },
    });
    const event = {
      actorId: `person_of_${customerId}`,
      actorName: "Somebody",
      actorKind: "person",
      actorRole: "owner",
    };
    const what = { action: "customer.change", targetType: "customer", targetId: customerId };
    await tx.auditEvent.create({ data: { id: ids.auditEventId, ...theirs, ...event, ...what } });
    await tx.$executeRaw`SELECT boundary.prepare_day((${now}::timestamptz AT TIME ZONE 'UTC')::date)`;
    await tx.$executeRaw`
      INSERT INTO boundary.crossings
        (id, began_at, customer_id, deployment_id, environment_id, gateway, direction, kind, outcome, rule_id, peer_name)
      VALUES (${ids.crossingId}, ${now}, ${customerId}, ${deploymentId}, ${environmentId}, 'gateway', 'egress', 'connection',
        'allowed', ${ids.ruleId}, ${`${deploymentId}.example`})`;
    crossing.ref = crossingRef({ beganAt: now, id: ids.crossingId });
  });
  const facts = { customerId, deploymentId, environmentId, serviceId, serviceName, setSlug };
  return { ...facts, ...ids, crossingRef: crossing.ref };
}

type Gateway = Pick<
  World,
  | "customerId"
  | "deploymentId"
  | "environmentId"
  | "gatewayId"
  | "gatewayClientId"
  | "gatewaySourceId"
  | "relayEndpointId"
  | "gatewayIntakeId"
  | "gatewayStreamId"
  | "gatewayFolderId"
>;

/** A gateway with one of everything that it is told. */
async function aGateway(tx: Tx, ids: Gateway): Promise<void> {
  const { customerId, deploymentId, environmentId, gatewayId } = ids;
  const theirs = { customerId, deploymentId };
  const tokenHash = fingerprint(gatewayId);
  const made = { tokenChangedAt: new Date(), createdById: "person_owner", createdByName: "Somebody" };
  await tx.gateway.create({ data: { id: gatewayId, ...theirs, tokenHash, ...made } });
  const below = { ...theirs, gatewayId, createdByName: "Somebody" };
  await tx.gatewayClient.create({
    data: { id: ids.gatewayClientId, ...below, name: "Billing", tokenHash: fingerprint(ids.gatewayClientId) },
  });
  await tx.gatewaySource.create({ data: { id: ids.gatewaySourceId, ...below, environmentId } });
  const endpoint = { name: "Application", url: "https://app.example.com/events", signature: "workos" };
  const secretSealed = seal("whsec_of_a_gateway_test", `relay_endpoint:${ids.relayEndpointId}:secret`);
  await tx.relayEndpoint.create({ data: { id: ids.relayEndpointId, ...below, ...endpoint, secretSealed } });
  const intake = { kind: "callback", path: "/callback", target: "https://app.example.com/callback" };
  await tx.gatewayIntake.create({ data: { id: ids.gatewayIntakeId, ...below, ...intake } });
  const [streamId, folderId] = [ids.gatewayStreamId, ids.gatewayFolderId];
  await tx.gatewayStream.create({
    data: { id: streamId, ...below, name: "Billing", tokenHash: fingerprint(streamId) },
  });
  await tx.gatewayFolder.create({ data: { id: folderId, ...below, name: "Archive", path: "/srv/events" } });
}

/** A person of the console, an invitation and an SSO provider: they belong to no customer. */
export async function somePeople(): Promise<People> {
  const [personId, sessionId, invitationId] = [newId("per"), newId("ses"), newId("inv")];
  const providerId = newId("sso");
  const expiresAt = new Date(Date.now() + 3_600_000);
  await asSystem("a test prepares people", async (tx) => {
    const email = `${personId}@example.com`.toLowerCase();
    await tx.person.create({
      data: { id: personId, email, name: "Grace", role: "operator", allCustomers: true },
    });
    await tx.session.create({
      data: { id: sessionId, personId, tokenHash: fingerprint(sessionId), method: "password", expiresAt },
    });
    const link = {
      tokenHash: fingerprint(invitationId),
      email: `new-${email}`,
      role: "support",
      expiresAt,
    } as const;
    await tx.invitation.create({ data: { id: invitationId, ...link, allCustomers: true } });
    const provider = { kind: "oidc", name: "Okta", issuer: NOWHERE, clientId: "console" };
    await tx.ssoProvider.create({ data: { id: providerId, ...provider, clientSecretSealed: "sealed" } });
  });
  return { personId, sessionId, invitationId, providerId };
}
