import type { AddressInfo } from "node:net";
import { openDatabase } from "#lib/identity-service/db.ts";
import type { Env } from "#lib/identity-service/env.ts";
import { createSealer } from "#lib/identity-service/keys/seal.ts";
import { watchLoad } from "#lib/identity-service/load.ts";
import { createMetrics } from "#lib/identity-service/metrics.ts";
import { createServer } from "#lib/identity-service/server.ts";
import type { Service } from "#lib/identity-service/service.ts";
import { type Clock, systemClock } from "#lib/shared/clock.ts";
import { startRoundRobin } from "./round-robin.ts";
import { watchAnswers, watchEvents } from "./wire-document/watch.ts";

const MANAGEMENT_TOKEN = "management-token-only-for-the-tests";
export const SEALING_KEY = Buffer.alloc(32, 2).toString("base64");

/** The offline identity service on a port of loopback, as a test and its applications reach it. */
export interface RunningIdentityService {
  url: string;
  port: number;
  managementToken: string;
  /** What its parts are given to work with, for asking one of them directly. */
  parts: Service;
  /** One request of the management API; its answer is JSON or nothing. */
  manage<Answer = Record<string, string>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Managed<Answer>>;
  close(): Promise<void>;
}

export interface Managed<Answer> {
  status: number;
  body: Answer;
}

interface IdentityServiceOptions {
  clock?: Clock;
  baseUrl?: string;
  capacity?: Env["capacity"];
  /** The console whose portal it leads on to. */
  portalUrl?: string;
  /** For what is each instance's own: its figures, its capacity. */
  instances?: number;
}

// Never reached by a test that is not about it, however busy the machine.
export const CAPACITY = { requests: 10_000, databaseWaitMs: 60_000, loopDelayMs: 60_000 };

/**
 * Starts an instance on a migrated database. Give `baseUrl` to start a second instance that answers for the first one's
 * public address, as two behind a balancer do. With SALLYPORT_TEST_INSTANCES=2 there are two behind every address, which
 * take turns: whatever holds for one has to hold for both together.
 */
export async function startIdentityService(
  databaseUrl: string,
  {
    clock = systemClock,
    baseUrl = "",
    capacity = CAPACITY,
    portalUrl,
    instances = INSTANCES,
  }: IdentityServiceOptions = {},
): Promise<RunningIdentityService> {
  const env: Env = {
    databaseUrl,
    databaseConnections: 4,
    sealingKey: SEALING_KEY,
    host: "127.0.0.1",
    port: 0,
    baseUrl,
    managementToken: MANAGEMENT_TOKEN,
    trustedProxies: 0,
    capacity,
    ...(portalUrl ? { portalUrl } : {}),
    logLevel: "silent",
  };
  const first = await startInstance(env, clock);
  const more = await Promise.all(
    Array.from({ length: instances - 1 }, async () => await startInstance(env, clock)),
  );
  const balancer = more.length > 0 ? await startRoundRobin([first, ...more].map(({ url }) => url)) : null;
  const { url, port } = balancer ?? first;
  env.baseUrl ||= url;
  return {
    url,
    port,
    managementToken: MANAGEMENT_TOKEN,
    parts: first.parts,
    manage: async (method, path, body) => {
      const answer = await fetch(`${url}/sallyport/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${MANAGEMENT_TOKEN}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? null : JSON.parse(text) };
    },
    close: async () => {
      await balancer?.close();
      for (const instance of [first, ...more]) await instance.close();
    },
  };
}

const INSTANCES = Number(process.env.SALLYPORT_TEST_INSTANCES ?? 1);

interface Instance {
  url: string;
  port: number;
  parts: Service;
  close(): Promise<void>;
}

async function startInstance(env: Env, clock: Clock): Promise<Instance> {
  const db = openDatabase(env.databaseUrl, env.databaseConnections);
  const parts: Service = {
    env,
    db,
    sealer: createSealer(SEALING_KEY),
    clock,
    metrics: createMetrics(),
    load: watchLoad(env, db),
  };
  const app = createServer(parts);
  watchAnswers(app.server);
  await app.listen({ host: env.host, port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    parts,
    close: async () => {
      await app.close();
      await watchEvents(db);
      await db.close();
    },
  };
}

export interface TestEnvironment {
  id: string;
  clientId: string;
  apiKey: string;
  organizationId: string;
  redirectUri: string;
}

/** An environment with an API key, a redirect URI and an organization that has verified example.com. */
export async function prepareEnvironment(service: RunningIdentityService): Promise<TestEnvironment> {
  const { body: environment } = await service.manage("POST", "/environments", {
    name: "Test",
    kind: "staging",
  });
  const home = `/environments/${environment.id}`;
  const { body: key } = await service.manage("POST", `${home}/api_keys`, { name: "test" });
  const redirectUri = "http://localhost:9999/callback";
  await service.manage("POST", `${home}/redirect_uris`, { uri: redirectUri });
  const organization = await fetch(`${service.url}/organizations`, {
    method: "POST",
    headers: { authorization: `Bearer ${key.value}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "Example", domain_data: [{ domain: "example.com", state: "verified" }] }),
  });
  const { id } = (await organization.json()) as { id: string };
  return {
    id: environment.id ?? "",
    clientId: environment.client_id ?? "",
    apiKey: key.value ?? "",
    organizationId: id,
    redirectUri,
  };
}

/** One step of a browser: where it is sent, or what it is shown. */
export async function visit(
  url: string,
  form?: Record<string, string>,
): Promise<{ status: number; location: URL | null; text: string }> {
  const answer = await fetch(url, {
    redirect: "manual",
    ...(form ? { method: "POST", body: new URLSearchParams(form) } : {}),
  });
  const location = answer.headers.get("location");
  return {
    status: answer.status,
    location: location ? new URL(location, url) : null,
    text: await answer.text(),
  };
}
