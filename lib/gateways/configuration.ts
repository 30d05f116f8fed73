import "server-only";
import { createHash } from "node:crypto";
import { allowlistDocument } from "#lib/allowlist/formats/json.ts";
import { EXPORTED, readInForce } from "#lib/allowlist/in-force.ts";
import { openKey } from "#lib/environments/driver.ts";
import type { Tx } from "#lib/platform/db.ts";
import type { Prisma } from "#lib/platform/prisma/client.ts";
import { open } from "#lib/platform/seal.ts";
import { GatewayConfiguration } from "#lib/shared/gateway/configuration.ts";
import { endpointContext, intakeContext, proxyContext, sourceContext } from "./secrets.ts";

/** What a gateway is to be told, and the digest by which it says that it has it. */
export interface Wanted {
  text: string;
  digest: string;
  /** The change token of the allowlist in it. */
  allowlist: string;
}

/**
 * The configuration of a gateway as it is wanted now. The same rows give the same bytes: the gateway names them by their digest. It
 * is checked as the gateway will check it, so that what would be refused there fails here.
 */
export async function configurationOf(tx: Tx, gatewayId: string, now: Date): Promise<Wanted> {
  const gateway = await tx.gateway.findUniqueOrThrow({ where: { id: gatewayId }, select: TOLD });
  const { deployment } = gateway;
  const allowlist = allowlistDocument(await readInForce(tx, deployment, now));
  const configuration = GatewayConfiguration.parse({
    format: "sallyport-gateway/v1",
    deployment: {
      ...{ id: deployment.id, name: deployment.name, mode: deployment.mode },
      customer_id: deployment.customerId,
    },
    allowlist,
    carried_keys: gateway.carriedKeys,
    clients: gateway.clients.map((client) => clientOf(client, now)),
    parent_proxy: parentProxyOf(gateway),
    sources: gateway.sources.flatMap(sourceOf),
    endpoints: gateway.endpoints.map((endpoint) => endpointOf(endpoint, now)),
    streams: gateway.streams.map((stream) => streamOf(stream, now)),
    folders: gateway.folders.map(folderOf),
    intake: gateway.intakes.map((intake) => intakeOf(intake, now)),
    buffer: { max_bytes: Number(gateway.bufferBytesMax), max_age_seconds: gateway.bufferAgeSecondsMax },
    crossings_kept_days: gateway.crossingsKeptDays,
    errands: gateway.errands.map(errandOf),
  });
  const text = `${JSON.stringify(configuration)}\n`;
  const digest = createHash("sha256").update(text).digest("hex");
  return { text, digest, allowlist: allowlist.change_token };
}

const BY_ID = { id: "asc" } as const;
/** More at once would make of each look at the configuration a long one; the others follow as these are done. */
const ERRANDS_MAX = 100;

const TOLD = {
  ...{ id: true, parentProxyUrl: true, parentProxyAuthorizationSealed: true },
  ...{ bufferBytesMax: true, bufferAgeSecondsMax: true, crossingsKeptDays: true, carriedKeys: true },
  deployment: { select: EXPORTED },
  clients: { where: { revokedAt: null }, orderBy: BY_ID },
  sources: {
    where: { environment: { state: { not: "removed" } } },
    orderBy: BY_ID,
    select: {
      ...{ id: true, apiKeySealed: true, events: true, pausedAt: true },
      environment: { select: { id: true, name: true, baseUrl: true, driverKeySealed: true } },
    },
  },
  endpoints: { where: { removedAt: null }, orderBy: BY_ID },
  streams: { orderBy: BY_ID },
  folders: { orderBy: BY_ID },
  intakes: {
    where: { OR: [{ environmentId: null }, { environment: { state: { not: "removed" } } }] },
    orderBy: BY_ID,
  },
  errands: { where: { state: "asked" }, orderBy: BY_ID, take: ERRANDS_MAX },
} as const satisfies Prisma.GatewaySelect;

type Told = Prisma.GatewayGetPayload<{ select: typeof TOLD }>;

function clientOf(client: Told["clients"][number], now: Date) {
  const { id, name, networks, certificateSha256 } = client;
  return { id, name, networks, certificate_sha256: certificateSha256, token_sha256: tokensOf(client, now) };
}

interface Token {
  tokenHash: string | null;
  previousTokenHash: string | null;
  previousTokenEndsAt: Date | null;
}

function tokensOf({ tokenHash, previousTokenHash, previousTokenEndsAt }: Token, now: Date): string[] {
  const previous = isAhead(previousTokenEndsAt, now) ? previousTokenHash : null;
  return [tokenHash, previous].filter((hash) => hash !== null);
}

function parentProxyOf({ id, parentProxyUrl: url, parentProxyAuthorizationSealed: sealed }: Told) {
  return url === null ? null : { url, authorization: sealed && open(sealed, proxyContext(id)) };
}

/** None while the environment has no address or key yet: there is nothing to pull. */
function sourceOf({ id, apiKeySealed, events, pausedAt, environment }: Told["sources"][number]) {
  const apiKey = apiKeySealed === null ? openKey(environment) : open(apiKeySealed, sourceContext(id));
  if (environment.baseUrl === null || apiKey === null) return [];
  return [
    {
      ...{ id, environment_id: environment.id, name: environment.name, url: environment.baseUrl },
      ...{ api_key: apiKey, events, paused: pausedAt !== null },
    },
  ];
}

function endpointOf(endpoint: Told["endpoints"][number], now: Date) {
  const { id, name, url, signature, events, environmentIds, timeoutSeconds, pausedAt } = endpoint;
  const { inFlight, authorities } = endpoint;
  return {
    ...{ id, name, url, signature, events, environment_ids: environmentIds },
    secrets: secretsOf(endpoint, endpointContext(id), now),
    ...{ paused: pausedAt !== null, timeout_seconds: timeoutSeconds, in_flight: inFlight, authorities },
  };
}

function streamOf(stream: Told["streams"][number], now: Date) {
  const { id, name, events, environmentIds } = stream;
  return { id, name, token_sha256: tokensOf(stream, now), events, environment_ids: environmentIds };
}

function folderOf({ id, name, path, events, environmentIds, files, pausedAt }: Told["folders"][number]) {
  return { id, name, path, events, environment_ids: environmentIds, files, paused: pausedAt !== null };
}

function intakeOf(intake: Told["intakes"][number], now: Date) {
  const { id, kind, path, maxBytes, environmentId, toleranceSeconds, target } = intake;
  if (kind === "callback") return { kind, id, path, max_bytes: maxBytes, target };
  return {
    ...{
      kind,
      id,
      path,
      max_bytes: maxBytes,
      environment_id: environmentId,
      tolerance_seconds: toleranceSeconds,
    },
    secrets: secretsOf(intake, intakeContext(id), now),
  };
}

interface Rotated {
  secretSealed: string | null;
  previousSecretSealed: string | null;
  previousSecretEndsAt: Date | null;
}

/** The newest first. */
function secretsOf(
  { secretSealed, previousSecretSealed, previousSecretEndsAt }: Rotated,
  context: string,
  now: Date,
): string[] {
  const previous = isAhead(previousSecretEndsAt, now) ? previousSecretSealed : null;
  return [secretSealed, previous].filter((sealed) => sealed !== null).map((sealed) => open(sealed, context));
}

function errandOf({ id, kind, targetId, input }: Told["errands"][number]) {
  const target = kind === "replay" ? { endpoint_id: targetId } : { source_id: targetId };
  return { ...(input as Prisma.JsonObject), kind, id, ...target };
}

function isAhead(moment: Date | null, now: Date): boolean {
  return moment !== null && moment > now;
}
