import { AppError } from "#lib/shared/errors.ts";
import { downloader } from "./audit-export.ts";
import { type PlatformRef, platform } from "./platform.ts";
import type { EnvironmentMaker, IdentityDriver } from "./port.ts";
import { Refusal } from "./refusal.ts";
import { PATIENCE, type Patience, patientFetch } from "./transport.ts";
import { wireDriver } from "./wire.ts";

export interface WorkosEnvironmentRef {
  baseUrl: string;
  clientId: string;
  key: string;
  /** Set for an environment that was made through the Platform API. */
  platform: { ref: PlatformRef; remoteId: string } | null;
}

const UPSTREAM = "WorkOS";

/** Drives one environment in WorkOS's cloud, through the official SDK. */
export function workosDriver(to: WorkosEnvironmentRef, patience: Patience = PATIENCE): IdentityDriver {
  const ask = patientFetch(UPSTREAM, patience);
  const wire = wireDriver({
    ...{ upstream: UPSTREAM, baseUrl: to.baseUrl, key: to.key, fetch: ask, sleep: patience.sleep },
    // Wherever WorkOS keeps its files, but never in the clear.
    download: downloader(UPSTREAM, ({ protocol }) => protocol === new URL(to.baseUrl).protocol, patience),
  });
  return {
    ...wire,
    async check() {
      await wire.listConnections(null);
      await requireMatchingClient(to, ask);
      return {
        clientId: to.clientId,
        baseUrl: to.baseUrl,
        issuer: `${to.baseUrl}/sso/${to.clientId}`,
        checkedAt: new Date(),
      };
    },
    connections: null,
    directories: null,
    ldap: null,
    messages: null,
    signIns: null,
    tickets: null,
    keys: to.platform ? platform(to.platform.ref, patience).keysOf(to.platform.remoteId) : null,
    defaultRedirectUri: null,
  };
}

/** Makes environments in WorkOS's cloud through its Platform API. */
export function workosEnvironmentMaker(ref: PlatformRef, patience: Patience = PATIENCE): EnvironmentMaker {
  const api = platform(ref, patience);
  return {
    async create({ name, kind }, once) {
      const made = await api.createEnvironment(name, kind === "production", once);
      const key = await api
        .keysOf(made.id)
        .create(
          { name: "Sallyport console", expiresAt: null },
          { key: `${once.key}-key`, again: once.again },
        );
      return {
        remoteId: made.id,
        clientId: made.clientId,
        baseUrl: ref.baseUrl,
        issuer: null,
        keyId: key.id,
        key: key.value,
      };
    },
    rename: null,
    remove: (id) => api.removeEnvironment(id),
  };
}

/**
 * A key says nothing about its client id, but the token endpoint takes both together: with a code that cannot exist,
 * a pair that belongs together is told that the code is bad, and any other pair that the client is.
 */
async function requireMatchingClient(to: WorkosEnvironmentRef, ask: typeof fetch): Promise<void> {
  try {
    await ask(`${to.baseUrl}/sso/token`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        grant_type: "authorization_code",
        client_id: to.clientId,
        client_secret: to.key,
        code: "00000000000000000000000000",
      }),
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (!["invalid_client", "unauthorized_client"].includes(error.code)) return;
    const message =
      "This client id does not belong to this key. Copy both from the same environment in WorkOS.";
    throw new AppError("invalid", message, { clientId: message });
  }
}
