import "server-only";
import { offlineDriver, offlineEnvironmentMaker } from "#lib/drivers/offline.ts";
import type { PlatformRef } from "#lib/drivers/platform.ts";
import type { EnvironmentMaker, IdentityDriver } from "#lib/drivers/port.ts";
import { workosDriver, workosEnvironmentMaker } from "#lib/drivers/workos.ts";
import { asSystem } from "#lib/platform/db.ts";
import { env } from "#lib/platform/env.ts";
import { fingerprint, open, seal } from "#lib/platform/seal.ts";
import { tokenContext } from "#lib/services/local.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";

/**
 * The driver of an environment. Whoever calls this has already found the environment in the actor's scope; only here
 * are its key and its service's token opened.
 */
export async function driverOf(environmentId: string): Promise<IdentityDriver> {
  const found = await asSystem("an environment's credentials are opened for its driver", (tx) =>
    tx.environment.findUnique({
      where: { id: environmentId },
      select: {
        driver: true,
        remoteId: true,
        clientId: true,
        baseUrl: true,
        driverKeySealed: true,
        service: { select: { id: true, name: true, baseUrl: true, publicKey: true, tokenSealed: true } },
      },
    }),
  );
  if (env().demo) throw declined("conflict", "demo");
  if (!found?.baseUrl || !found.clientId || !found.driverKeySealed)
    throw declined("conflict", "environment_not_ready");
  const key = open(found.driverKeySealed, keyContext(environmentId));
  const { baseUrl, clientId, remoteId, service } = found;
  if (found.driver === "workos") {
    const ref = platformRef();
    return workosDriver({ baseUrl, clientId, key, platform: ref && remoteId ? { ref, remoteId } : null });
  }
  if (!service || !remoteId) throw declined("conflict", "environment_not_ready");
  return offlineDriver({ service: opened(service), remoteId, baseUrl, key });
}

/** What makes environments of this kind. @throws AppError where they cannot be made from here. */
export async function environmentMaker(
  driver: "offline" | "workos",
  serviceId: string | null,
): Promise<EnvironmentMaker> {
  if (driver === "workos") {
    const ref = platformRef();
    if (ref) return workosEnvironmentMaker(ref);
    throw new AppError(
      "invalid",
      "This console holds no WorkOS Platform credentials. Paste a client id and a key.",
    );
  }
  const service = await asSystem("a service's token is opened for its driver", (tx) =>
    tx.identityService.findUnique({
      where: { id: serviceId ?? "" },
      select: { id: true, name: true, baseUrl: true, publicKey: true, tokenSealed: true },
    }),
  );
  if (!service) throw new AppError("not_found", "There is no such identity service.");
  return offlineEnvironmentMaker(opened(service));
}

/** Whether this console may make environments at WorkOS by itself. */
export function canMakeAtWorkos(): boolean {
  return platformRef() !== null;
}

/** How an environment keeps the key that it is driven with. */
export function keyColumns(environmentId: string, key: string) {
  return { driverKeySealed: seal(key, keyContext(environmentId)), driverKeyFingerprint: fingerprint(key) };
}

/** The key that an environment is driven with, for what reads its events at the site. Null where there is none yet. */
export function openKey(environment: { id: string; driverKeySealed: string | null }): string | null {
  return environment.driverKeySealed && open(environment.driverKeySealed, keyContext(environment.id));
}

/** Where an environment's key is sealed to. */
const keyContext = (environmentId: string) => `environment:${environmentId}:driver_key`;

function opened(service: {
  id: string;
  name: string;
  baseUrl: string;
  publicKey: string;
  tokenSealed: string;
}) {
  return { ...service, token: open(service.tokenSealed, tokenContext(service.id)) };
}

function platformRef(): PlatformRef | null {
  const { workosUrl, workosTokenUrl, ...rest } = env();
  const [clientId, clientSecret, teamId] = [
    rest.workosPlatformClientId,
    rest.workosPlatformClientSecret,
    rest.workosPlatformTeamId,
  ];
  if (!clientId || !clientSecret || !teamId) return null;
  return { baseUrl: new URL(workosUrl).origin, tokenUrl: workosTokenUrl, clientId, clientSecret, teamId };
}
