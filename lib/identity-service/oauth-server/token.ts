import type { FastifyRequest } from "fastify";
import { type Form, readForm } from "../authentication/form.ts";
import { membershipStatus } from "../authentication/organizations.ts";
import type { ApplicationRow } from "../connect/application.ts";
import type { Run } from "../db.ts";
import { codeChallenge } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { findUser } from "../users/store.ts";
import { oauthError } from "../wire/errors.ts";
import { readCaller } from "./caller.ts";
import { codeForDevice, DEVICE_CODE } from "./device.ts";
import { type GrantRow, insertConnectRefreshToken, takeGrant } from "./grants.ts";
import type { Issuer } from "./issuer.ts";
import { readScopes } from "./scopes.ts";
import { ACCESS_TOKEN_LASTS_S, signAccessToken, signIdToken } from "./tokens.ts";

/** POST /issuers/{client}/oauth2/token (RFC 6749, 3.2) */
export async function connectToken(service: Service, issuer: Issuer, request: FastifyRequest) {
  const form = readForm(request);
  const grantType = form.required("grant_type");
  const application = await readCaller(service, issuer, request, form);
  switch (grantType) {
    case "authorization_code":
      return await byCode(service, issuer, application, form);
    case "refresh_token":
      return await byRefreshToken(service, issuer, application, form);
    case DEVICE_CODE: {
      const secret = await codeForDevice(service, issuer, application, form);
      const fits = (row: GrantRow) => row.application_id === application.id;
      return await answer(service, issuer, application, { secret, kind: "code", fits }, undefined);
    }
    case "client_credentials":
      return await byCredentials(service, issuer, application, form);
    default:
      throw oauthError(
        "unsupported_grant_type",
        `The grant_type '${grantType.slice(0, 100)}' is not offered.`,
      );
  }
}

async function byCode(service: Service, issuer: Issuer, application: ApplicationRow, form: Form) {
  const code = form.required("code");
  const verifier = form.optional("code_verifier");
  const redirectUri = form.optional("redirect_uri");
  const challenge = verifier === undefined ? null : codeChallenge(verifier);
  const fits = (row: GrantRow) =>
    row.application_id === application.id &&
    row.code_challenge === challenge &&
    // RFC 6749, 4.1.3: the same address as at the start, where one was named here.
    (redirectUri === undefined || redirectUri === row.redirect_uri);
  return await answer(service, issuer, application, { secret: code, kind: "code", fits }, undefined);
}

async function byRefreshToken(service: Service, issuer: Issuer, application: ApplicationRow, form: Form) {
  const fits = (row: GrantRow) => row.application_id === application.id;
  const wanted = form.optional("scope");
  const take = { secret: form.required("refresh_token"), kind: "refresh_token" as const, fits };
  return await answer(service, issuer, application, take, wanted);
}

async function byCredentials(service: Service, issuer: Issuer, application: ApplicationRow, form: Form) {
  if (application.kind !== "m2m")
    throw oauthError("unauthorized_client", "Only machine-to-machine applications have tokens of their own.");
  const scope = readScopes(application, form.optional("scope")).join(" ");
  const organization = application.organization_id ? { org_id: application.organization_id } : {};
  const claims = { sub: application.client_id, client_id: application.client_id, scope, ...organization };
  const access_token = await signAccessToken(service, issuer, claims);
  return { access_token, token_type: "Bearer" as const, expires_in: ACCESS_TOKEN_LASTS_S, scope };
}

type Take = Parameters<typeof takeGrant>[3];

/** Tokens for what a code or a refresh token is worth. @throws WireError 400 `invalid_grant` */
async function answer(
  service: Service,
  issuer: Issuer,
  application: ApplicationRow,
  take: Take,
  wantedScope: string | undefined,
) {
  const { environmentId } = issuer.client;
  // Of the transaction only what is good comes out: inside, a throw would take the end of a stolen family back.
  const taken = await service.db.transaction(environmentId, async (run) => {
    const row = await takeGrant(service, run, environmentId, take);
    const user =
      row && (await mayGoOn(run, environmentId, row))
        ? await findUser(run, environmentId, row.user_id)
        : null;
    if (!row || !user) return null;
    const more = {
      ...row,
      authorizationId: row.authorization_id,
      familyId: row.family_id,
      signedInAt: row.signed_in_at,
    };
    const lasting = row.scopes.includes("offline_access");
    const next = { ...more, nonce: null, redirectUri: null, codeChallenge: null };
    return {
      row,
      user,
      refreshToken: lasting ? await insertConnectRefreshToken(service, run, environmentId, next) : null,
    };
  });
  if (!taken) throw oauthError("invalid_grant", "The code or token is not valid, or no longer.");
  const { row, user, refreshToken } = taken;
  const scopes = narrowed(row.scopes, wantedScope);
  const scope = scopes.join(" ");
  const organization = row.organization_id ? { org_id: row.organization_id } : {};
  const claims = {
    sub: user.id,
    client_id: application.client_id,
    scope,
    sid: row.family_id,
    ...organization,
  };
  const idToken = scopes.includes("openid")
    ? {
        id_token: await signIdToken(service, issuer, {
          user,
          applicationClientId: application.client_id,
          scopes,
          nonce: row.nonce,
          signedInAt: row.signed_in_at,
          organizationId: row.organization_id,
        }),
      }
    : {};
  return {
    access_token: await signAccessToken(service, issuer, claims),
    token_type: "Bearer" as const,
    expires_in: ACCESS_TOKEN_LASTS_S,
    scope,
    ...idToken,
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
  };
}

/** Whoever left the organization since has nothing to refresh there. */
async function mayGoOn(
  run: Run,
  environmentId: string,
  { user_id, organization_id }: GrantRow,
): Promise<boolean> {
  if (organization_id === null) return true;
  return (await membershipStatus(run, environmentId, user_id, organization_id)) === "active";
}

/** A refresh may ask for less, never for more (RFC 6749, 6). */
function narrowed(scopes: readonly string[], wanted: string | undefined): string[] {
  if (wanted === undefined) return [...scopes];
  const asked = wanted.split(" ").filter((scope) => scope !== "");
  if (asked.some((scope) => !scopes.includes(scope)))
    throw oauthError("invalid_scope", "A refresh cannot ask for scopes that were not granted.");
  return asked;
}
