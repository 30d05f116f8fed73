import { decodeJwt } from "jose";
import { authorizationCodeGrant } from "openid-client";
import { addressesOf } from "../connections/connection.ts";
import { OidcSettings } from "../connections/settings.ts";
import { mapClaims } from "../oidc/claims.ts";
import { issuerKeysNow } from "../oidc/configuration.ts";
import { detailOf } from "../oidc/return.ts";
import { checkSignature } from "../oidc/signature.ts";
import { repeating } from "../oidc/spoken.ts";
import { allPassed, failedAt, whichCheck } from "../oidc/trace.ts";
import type { Check } from "../saml/types.ts";
import type { Service } from "../service.ts";
import type { OidcAnswer } from "./captured.ts";
import { notAgain, type ReplayContext, type Replayed } from "./replayed.ts";

const OF_ITS_REQUEST = [
  "connection.active",
  "response.success",
  "response.state",
  "token.exchanged",
  "id_token.nonce",
  "id_token.access_token",
  "userinfo.subject",
];
const STATE = "replayed";

/** Whether these settings would believe the ID token: its issuer is asked for its keys, and nothing else. */
export async function replayOidc(
  service: Service,
  { connection, at }: ReplayContext,
  answer: OidcAnswer,
): Promise<Replayed> {
  const settings = OidcSettings.parse(connection.oidc ?? {});
  const refusedFor = (checks: Check[], message: string): Replayed => ({
    checks: notAgain(checks, OF_ITS_REQUEST),
    profile: null,
    error: message,
    answer: { ...answer, received: null },
  });
  try {
    const provider = { ...connection, settings };
    const configuration = await repeating(service, provider, { idToken: answer.idToken, at });
    const url = new URL(addressesOf(service.env.baseUrl, connection.external_key).redirect_uri);
    url.search = new URLSearchParams({
      code: "captured",
      state: STATE,
      ...(answer.issuer === null ? {} : { iss: answer.issuer }),
    }).toString();
    const { nonce } = decodeJwt<{ nonce?: string }>(answer.idToken);
    const tokens = await authorizationCodeGrant(configuration, url, {
      expectedState: STATE,
      ...(nonce === undefined ? {} : { expectedNonce: nonce }),
      pkceCodeVerifier: "captured",
      idTokenExpected: true,
    });
    await checkSignature(answer.idToken, issuerKeysNow(service, provider));
    const claims = tokens.claims();
    if (!claims || (claims.azp !== undefined && claims.azp !== settings.client_id)) {
      const message = "The ID token was issued to another client (azp).";
      return refusedFor(failedAt("id_token.audience", message), message);
    }
    const received = { ...answer.userInfo, ...claims };
    const checks = notAgain(allPassed(), OF_ITS_REQUEST);
    const profile = mapClaims(received, connection.attribute_map);
    return { checks, profile, error: null, answer: { ...answer, received } };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const message = detailOf(error);
    return refusedFor(failedAt(whichCheck(error), message), message);
  }
}
