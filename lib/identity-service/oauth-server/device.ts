import type { FastifyRequest } from "fastify";
import { type Form, readForm } from "../authentication/form.ts";
import type { ApplicationRow } from "../connect/application.ts";
import { pollDevice } from "../devices/poll.ts";
import { newDevice } from "../devices/routes.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { oauthError } from "../wire/errors.ts";
import { readCaller } from "./caller.ts";
import { insertConnectCode } from "./grants.ts";
import type { Issuer } from "./issuer.ts";
import { readScopes } from "./scopes.ts";

export const DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";

/** POST /issuers/{client}/oauth2/device_authorization (RFC 8628, section 3.1) */
export async function authorizeDevice(service: Service, issuer: Issuer, request: FastifyRequest) {
  const form = readForm(request);
  const application = await readCaller(service, issuer, request, form);
  if (application.kind !== "oauth")
    throw oauthError("unauthorized_client", "A machine has tokens of its own: nobody signs in to it.");
  const scopes = readScopes(application, form.optional("scope"));
  return await newDevice(service, issuer.client.environmentId, request.ip, {
    applicationId: application.id,
    scopes,
  });
}

/**
 * The code that an approved device is worth, which is exchanged at once: what comes of it is what comes of any sign-in.
 * @throws WireError 400 with what the device has to wait for, or why it waits in vain
 */
export async function codeForDevice(
  service: Service,
  issuer: Issuer,
  application: ApplicationRow,
  form: Form,
): Promise<string> {
  const { environmentId } = issuer.client;
  const device = { deviceHash: hashSecret(form.required("device_code")), applicationId: application.id };
  const outcome = await service.db.transaction(environmentId, async (run) => {
    const row = await pollDevice(service, run, environmentId, device);
    if (row instanceof Error) return row;
    if (row.authorization_id === null) return oauthError("invalid_grant", "The device code is not known.");
    return await insertConnectCode(service, run, environmentId, {
      authorizationId: row.authorization_id,
      scopes: row.scopes,
      signedInAt: row.signed_in_at ?? service.clock(),
    });
  });
  if (outcome instanceof Error) throw outcome;
  return outcome;
}
