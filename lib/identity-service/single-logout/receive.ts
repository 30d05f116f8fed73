import { randomBytes } from "node:crypto";
import type { FastifyReply } from "fastify";
import { addressesOf } from "../connections/connection.ts";
import { SamlSettings } from "../connections/settings.ts";
import { protocolOf } from "../connections/types.ts";
import { sql } from "../db.ts";
import { errorPage, postFormPage, signedOutPage } from "../html/pages.ts";
import { hashSecret } from "../keys/secrets.ts";
import { type CarriedLogout, type VerifiedLogout, verifyLogout } from "../saml/logout.ts";
import { buildLogoutResponse } from "../saml/logout-messages.ts";
import { SamlRefusal } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { samlPair } from "../sso/begin.ts";
import { findReturn, type ReturnContext } from "../sso/context.ts";
import { sendTo } from "../sso/redirect.ts";
import { CLOCK_SKEW_MS, samlPrivateKeys } from "../sso/saml-return.ts";
import { WireError } from "../wire/errors.ts";
import { endIdpSessions, takeBack } from "./store.ts";

/** GET and POST /sso/saml/slo/<external key>: the single logout service (SAML profiles 4.4). */
export async function receiveLogout(
  service: Service,
  externalKey: string,
  carried: CarriedLogout,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { connection } = await findReturn(service, externalKey, null);
  if (protocolOf(connection) !== "saml")
    throw new WireError(404, { message: "There is no SAML connection at this address." });
  const settings = SamlSettings.parse(connection.saml ?? {});
  const logout = await verified(service, connection, settings, carried, reply);
  if (!logout) return refusal(reply);
  if (logout.kind === "response") return await comeBack(service, connection.id, logout.inResponseTo, reply);
  if (!(await obey(service, connection, logout))) return refusal(reply);
  return await answer(service, connection, settings, logout, reply);
}

async function verified(
  service: Service,
  connection: ReturnContext["connection"],
  settings: SamlSettings,
  carried: CarriedLogout,
  reply: FastifyReply,
): Promise<VerifiedLogout | null> {
  try {
    return await verifyLogout(carried, {
      now: service.clock(),
      clockSkewMs: CLOCK_SKEW_MS,
      connectionActive: connection.state === "active",
      idp: { entityId: settings.idp_entity_id ?? "", certificates: settings.idp_certificates },
      allowSha1: settings.allow_sha1,
      sloUrl: addressesOf(service.env.baseUrl, connection.external_key).slo_url,
      decryptionKeys: () => samlPrivateKeys(service, connection.environment_id),
    });
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error;
    const { check, message } = error;
    reply.request.log.warn({ connection: connection.id, check, message }, "a logout message was refused");
    return null;
  }
}

type LogoutRequest = Extract<VerifiedLogout, { kind: "request" }>;

const FIRST_USE = sql(
  "logout_request_first_use",
  `INSERT INTO identity.consumed_assertions (environment_id, connection_id, assertion_hash, expires_at)
   VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING 1 AS first`,
);

/** Ends what the identity provider says has ended, once. False for a request that was obeyed before. */
async function obey(
  { db, clock }: Service,
  { id: connectionId, environment_id }: ReturnContext["connection"],
  request: LogoutRequest,
): Promise<boolean> {
  return await db.transaction(environment_id, async (run) => {
    const used = [environment_id, connectionId, hashSecret(`logout:${request.id}`), request.until];
    if ((await run(FIRST_USE, used)).length === 0) return false;
    const ended = {
      connectionId,
      id: null,
      subjectHash: hashSecret(request.nameId.value),
      sessionIndexes: request.sessionIndexes.length > 0 ? request.sessionIndexes : null,
    };
    await endIdpSessions(run, environment_id, ended, clock());
    return true;
  });
}

/** Back to the provider, which has others to sign the person out of. Where it takes no answer, the person stays here. */
async function answer(
  service: Service,
  { environment_id, external_key }: ReturnContext["connection"],
  settings: SamlSettings,
  request: LogoutRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const destination = settings.idp_slo_response_url ?? settings.idp_slo_url;
  if (!destination) return signedOutPage(reply);
  const message = buildLogoutResponse({
    id: `_${randomBytes(16).toString("hex")}`,
    now: service.clock(),
    binding: settings.idp_slo_binding,
    destination,
    spEntityId: addressesOf(service.env.baseUrl, external_key).entity_id,
    relayState: request.relayState,
    signing: await samlPair(service, environment_id),
    inResponseTo: request.id,
  });
  return message.binding === "redirect"
    ? sendTo(reply, message.url)
    : postFormPage(reply, { action: message.action, fields: message.fields, title: "Signing you out" });
}

/** The person is back. Whether the provider could reach everybody else is not for the application to decide about. */
export async function comeBack(
  service: Service,
  connectionId: string,
  handle: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const expected = await takeBack(service, connectionId, handle);
  if (!expected) return refusal(reply);
  return expected.return_to ? sendTo(reply, expected.return_to) : signedOutPage(reply);
}

function refusal(reply: FastifyReply): FastifyReply {
  const sentence = "What your identity provider sent was not accepted, has expired or was used before.";
  return errorPage(reply, 400, sentence, "You could not be signed out");
}
