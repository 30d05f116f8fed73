import { hash } from "node:crypto";
import type { FastifyReply } from "fastify";
import { authorizationCodeGrant, fetchUserInfo, type IDToken } from "openid-client";
import { z } from "zod";
import { addressesOf } from "../connections/connection.ts";
import { OidcSettings } from "../connections/settings.ts";
import { protocolOf } from "../connections/types.ts";
import { errorPage } from "../html/pages.ts";
import type { Service } from "../service.ts";
import { ALREADY_FINISHED } from "../sso/arrive.ts";
import { secretsContext } from "../sso/begin.ts";
import type { OidcAnswer } from "../sso/captured.ts";
import { findReturn, mayTry, type PendingSignIn, type ReturnContext } from "../sso/context.ts";
import { returnToApplication, staleVerdict, type Verdict } from "../sso/return.ts";
import { WireError } from "../wire/errors.ts";
import { askedOf } from "./begin.ts";
import { mapClaims } from "./claims.ts";
import { configurationOf, issuerKeys, issuerKeysNow, userInfoConfigurationOf } from "./configuration.ts";
import { checkSignature } from "./signature.ts";
import { overheard } from "./spoken.ts";
import { allPassed, failedAt, type OidcCheckId, whichCheck } from "./trace.ts";

const Secrets = z.object({
  nonce: z.string(),
  verifier: z.string(),
  // Those begun before these were kept have none.
  issuer: z.string().nullish(),
  clientId: z.string().nullish(),
});

/** GET /sso/oidc/callback/<external key>: the redirect URI that the customer's identity provider knows us by. */
export async function receiveOidcResponse(
  service: Service,
  externalKey: string,
  path: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  // The address as the identity provider was given it, whatever proxy stands before us; the parameters as they came.
  const query = path.includes("?") ? path.slice(path.indexOf("?")) : "";
  const url = new URL(`${addressesOf(service.env.baseUrl, externalKey).redirect_uri}${query}`);
  const context = await findReturn(service, externalKey, url.searchParams.get("state"));
  if (protocolOf(context.connection) !== "oidc")
    throw new WireError(404, { message: "There is no OIDC connection at this address." });
  const { signIn } = context;
  if (!signIn) return errorPage(reply, 400, ALREADY_FINISHED);
  const heard: Heard = { idToken: null, userInfo: {}, received: null };
  const verdict = staleVerdict(context) ?? (await verdictOf(service, context, { signIn, url, heard }));
  const issuer = url.searchParams.get("iss");
  const { idToken, ...more } = heard;
  const captured = idToken === null ? null : { protocol: "oidc" as const, idToken, issuer, ...more };
  return await returnToApplication(service, context, { ...verdict, captured }, reply);
}

/** What a provider said in a test. */
type Heard = Pick<OidcAnswer, "userInfo" | "received"> & { idToken: string | null };

async function verdictOf(
  service: Service,
  context: ReturnContext,
  { signIn, url, heard }: { signIn: PendingSignIn; url: URL; heard: Heard },
): Promise<Verdict> {
  const { connection } = context;
  if (!mayTry(connection.state, signIn))
    return failed("connection_unlinked", "connection.active", "The connection was switched off.");
  const settings = OidcSettings.parse(connection.oidc ?? {});
  const secrets = Secrets.parse(
    JSON.parse(service.sealer.open(signIn.secretsSealed ?? "", secretsContext(signIn.id))),
  );
  const now = askedOf(settings);
  if (secrets.issuer !== undefined && (secrets.issuer !== now.issuer || secrets.clientId !== now.clientId))
    return failed(
      "oauth_failed",
      "response.issuer",
      "Another identity provider was asked when this sign-in began.",
    );
  let at: "exchange" | "userinfo" = "exchange";
  try {
    const provider = { ...connection, settings };
    const configuration =
      signIn.purpose === "test"
        ? await overheard(service, provider, (idToken) => {
            heard.idToken = idToken;
          })
        : await configurationOf(service, provider);
    // The library makes the checks of trace.ts but those of the signature and the access token.
    const tokens = await authorizationCodeGrant(configuration, url, {
      expectedState: url.searchParams.get("state") ?? "",
      expectedNonce: secrets.nonce,
      pkceCodeVerifier: secrets.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (!claims || !tokens.id_token)
      return failed("oauth_failed", "id_token.shape", "The identity provider sent no ID token.");
    const keysOf = signIn.purpose === "test" ? issuerKeysNow : issuerKeys;
    await checkSignature(tokens.id_token, keysOf(service, provider));
    if (claims.azp !== undefined && claims.azp !== settings.client_id)
      return failed("oauth_failed", "id_token.audience", "The ID token was issued to another client (azp).");
    if (!isAboutToken(claims, tokens.id_token, tokens.access_token))
      return failed("oauth_failed", "id_token.access_token", "The ID token came with another access token.");
    at = "userinfo";
    const aboutUsers = await userInfoConfigurationOf(service, provider);
    const hasUserInfo = aboutUsers.serverMetadata().userinfo_endpoint !== undefined;
    const more = hasUserInfo ? await fetchUserInfo(aboutUsers, tokens.access_token, claims.sub) : {};
    // What was signed counts for more than what was fetched.
    const received = { ...more, ...claims };
    Object.assign(heard, { userInfo: more, received });
    return {
      ok: true,
      profile: mapClaims(received, connection.attribute_map),
      checks: allPassed(),
      assertion: null,
      idToken: tokens.id_token,
      idpSession: { nameId: null, sessionIndex: null },
      askedFor: null,
      captured: null,
    };
  } catch (error) {
    return refusalOf(error, at, url);
  }
}

const Header = z.object({ alg: z.string() });

/**
 * Where the ID token says which access token it came with, it has to be this one: somebody who exchanged it has the user
 * info of another person (OIDC core 3.1.3.8). The library leaves that to who uses it.
 */
function isAboutToken({ at_hash }: IDToken, idToken: string, accessToken: string): boolean {
  if (at_hash === undefined) return true;
  const [header = ""] = idToken.split(".");
  const { alg } = Header.parse(JSON.parse(Buffer.from(header, "base64url").toString()));
  // Those of a fixed curve have no length in their name: Ed25519 hashes with SHA-512.
  const digest = hash(`sha${/\d{3}$/.exec(alg)?.[0] ?? "512"}`, accessToken, "buffer");
  return at_hash === digest.subarray(0, digest.length / 2).toString("base64url");
}

/** Whatever an identity provider, or somebody in its place, can make fail: said in the trace, never a crash. */
function refusalOf(error: unknown, at: "exchange" | "userinfo", url: URL): Verdict {
  if (!(error instanceof Error)) throw error;
  const detail = detailOf(error);
  if (at === "userinfo") return failed("oauth_failed", "userinfo.subject", detail);
  const reported = url.searchParams.get("error");
  if (reported !== null && error.name === "AuthorizationResponseError") {
    const description = url.searchParams.get("error_description") ?? "no reason was given";
    const code = reported === "access_denied" ? "access_denied" : "oauth_failed";
    return failed(code, "response.success", `The identity provider answered ${reported}: ${description}.`);
  }
  return failed("oauth_failed", whichCheck(error), detail);
}

export function detailOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

function failed(
  code: "oauth_failed" | "access_denied" | "connection_unlinked",
  check: OidcCheckId,
  message: string,
): Verdict {
  return { ok: false, code, message, checks: failedAt(check, message) };
}
