import type { FastifyReply } from "fastify";
import { addressesOf } from "../connections/connection.ts";
import { SamlSettings } from "../connections/settings.ts";
import { protocolOf } from "../connections/types.ts";
import { errorPage } from "../html/pages.ts";
import { listSigningKeys, privateKeyOf } from "../keys/signing-keys.ts";
import { readInResponseTo, verifyResponse } from "../saml/response.ts";
import { type Expectations, SamlInputError, SamlRefusal, type VerifiedAssertion } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { ALREADY_FINISHED } from "./arrive.ts";
import type { SamlAnswer } from "./captured.ts";
import { findReturn, mayTry, type ReturnContext } from "./context.ts";
import type { AssertionUse } from "./finish.ts";
import { knownBy } from "./known.ts";
import { returnToApplication, staleVerdict, type Verdict } from "./return.ts";

const HANDLE = /^_[0-9a-f]{32}$/;
export const CLOCK_SKEW_MS = 60_000;

/** POST /sso/saml/acs/<external key>: the assertion consumer service. */
export async function receiveSamlResponse(
  service: Service,
  externalKey: string,
  form: Params,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const samlResponse = one(form, "SAMLResponse");
  if (!samlResponse) throw new WireError(400, { message: "The identity provider sent no SAML response." });
  const relayState = one(form, "RelayState") ?? null;
  // The request's id is also its RelayState. Some identity providers lose the one, none should lose the other.
  const answers = relayState && HANDLE.test(relayState) ? relayState : readInResponseTo(samlResponse);
  const context = await findReturn(service, externalKey, answers && HANDLE.test(answers) ? answers : null);
  if (protocolOf(context.connection) !== "saml")
    throw new WireError(404, { message: "There is no SAML connection at this address." });
  if (!context.signIn && answers) return errorPage(reply, 400, ALREADY_FINISHED);
  const settings = SamlSettings.parse(context.connection.saml ?? {});
  const stale = staleVerdict(context);
  if (stale) return await returnToApplication(service, context, stale, reply);
  if (!context.signIn && !settings.idp_initiated)
    return await returnToApplication(service, context, UNASKED, reply);
  let use: AssertionUse | null = null;
  const captured =
    context.signIn?.purpose === "test"
      ? {
          protocol: "saml" as const,
          response: samlResponse.slice(0, CAPTURED_MAX),
          received: null as Received,
        }
      : null;
  const expectations = await expect(service, context, settings, { samlResponse, handle: answers });
  const verdict = await verdictOf(async () => {
    // Whether it is the first use is settled by the statement that grants the code, in one transaction with it.
    const firstUse = (assertion: AssertionUse) => {
      use = assertion;
      return true;
    };
    const assertion = await verifyResponse({ samlResponse, relayState }, { ...expectations, firstUse });
    if (captured) captured.received = receivedIn(assertion);
    const known = knownBy(assertion, context.connection.attribute_map);
    if (!known.profile)
      return { ok: false, code: "server_error", message: known.error, checks: known.checks };
    return {
      ok: true,
      profile: known.profile,
      checks: known.checks,
      assertion: use,
      idToken: null,
      idpSession: { nameId: assertion.nameId, sessionIndex: assertion.sessionIndex },
      askedFor: askedFor(relayState),
      captured: null,
    };
  });
  return await returnToApplication(service, context, { ...verdict, captured }, reply);
}

const UNASKED: Verdict = {
  ok: false,
  code: "idp_initiated_sso_disabled",
  message: "The identity provider began this sign-in, which is switched off for this connection.",
  checks: [],
};

/** As much as a response may be. What is longer is refused, and cannot be replayed either. */
const CAPTURED_MAX = 700_000;
type Received = SamlAnswer["received"];

export function receivedIn({ nameId, attributes }: VerifiedAssertion): NonNullable<Received> {
  const copied = attributes.map(({ values, ...each }) => ({ ...each, values: [...values] }));
  return { nameId: { ...nameId }, attributes: copied };
}

async function verdictOf(verify: () => Promise<Verdict>): Promise<Verdict> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof SamlInputError)
      return { ok: false, code: "server_error", message: error.message, checks: [] };
    if (!(error instanceof SamlRefusal)) throw error;
    const { check, message, checks } = error;
    const code =
      check === "response.status"
        ? "access_denied"
        : check === "connection.active"
          ? "connection_unlinked"
          : "server_error";
    return { ok: false, code, message, checks };
  }
}

async function expect(
  service: Service,
  { connection, signIn }: ReturnContext,
  settings: SamlSettings,
  { samlResponse, handle }: { samlResponse: string; handle: string | null },
): Promise<Omit<Expectations, "firstUse">> {
  return {
    ...(await expectationsOf(service, connection, settings, samlResponse)),
    now: service.clock(),
    connectionActive: mayTry(connection.state, signIn),
    inResponseTo: signIn ? handle : null,
  };
}

/** What a connection asks of every response, whenever it comes and whatever it answers. */
export async function expectationsOf(
  service: Service,
  connection: ReturnContext["connection"],
  settings: SamlSettings,
  samlResponse: string,
) {
  const addresses = addressesOf(service.env.baseUrl, connection.external_key);
  return {
    clockSkewMs: CLOCK_SKEW_MS,
    sp: {
      entityId: addresses.entity_id,
      acsUrl: addresses.acs_url,
      decryptionKeys: await decryptionKeys(service, connection.environment_id, samlResponse),
    },
    idp: { entityId: settings.idp_entity_id ?? "", certificates: settings.idp_certificates },
    allowIdpInitiated: settings.idp_initiated,
    allowSha1: settings.allow_sha1,
    requireEncryptedAssertion: settings.want_assertions_encrypted,
  };
}

/** Opened only where something is encrypted, which most responses are not. */
async function decryptionKeys(
  service: Service,
  environmentId: string,
  samlResponse: string,
): Promise<string[]> {
  return Buffer.from(samlResponse, "base64").includes("EncryptedAssertion")
    ? await samlPrivateKeys(service, environmentId)
    : [];
}

export async function samlPrivateKeys(service: Service, environmentId: string): Promise<string[]> {
  const keys = await listSigningKeys(service, environmentId, "saml");
  return keys.map((key) =>
    privateKeyOf(service, environmentId, key).export({ type: "pkcs8", format: "pem" }).toString(),
  );
}

/** `redirect_uri=<uri>` in the RelayState of a sign-in that began at the identity provider. */
function askedFor(relayState: string | null): string | null {
  return relayState?.startsWith("redirect_uri=") ? new URLSearchParams(relayState).get("redirect_uri") : null;
}
