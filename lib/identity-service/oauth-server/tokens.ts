import { createPublicKey, randomUUID } from "node:crypto";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { currentSigningKey, listSigningKeys, privateKeyOf } from "../keys/signing-keys.ts";
import type { Service } from "../service.ts";
import type { UserRow } from "../users/user.ts";
import type { Issuer } from "./issuer.ts";

export const ACCESS_TOKEN_LASTS_S = 3_600;

/** Marks what is an access token, so that an ID token never passes for one (RFC 9068, 2.1). */
const ACCESS_TOKEN_TYPE = "at+jwt";

/** Signs an access token for whoever accepts this environment's tokens (RFC 9068). */
export async function signAccessToken(
  service: Service,
  { client, url }: Issuer,
  claims: { sub: string; client_id: string; scope: string; org_id?: string; sid?: string },
): Promise<string> {
  return await sign(service, { client, url }, ACCESS_TOKEN_TYPE, claims, client.clientId);
}

/** Signs an ID token (OpenID Connect Core 1.0, 2), with what the scopes let the application see. */
export async function signIdToken(
  service: Service,
  issuer: Issuer,
  about: {
    user: UserRow;
    applicationClientId: string;
    scopes: readonly string[];
    nonce: string | null;
    signedInAt: Date;
    organizationId: string | null;
  },
): Promise<string> {
  const { user, scopes, nonce, signedInAt, organizationId } = about;
  const claims = {
    sub: user.id,
    ...claimsOf(user, scopes),
    ...(organizationId ? { org_id: organizationId } : {}),
    ...(nonce === null ? {} : { nonce }),
    auth_time: Math.floor(signedInAt.getTime() / 1_000),
  };
  return await sign(service, issuer, "JWT", claims, about.applicationClientId);
}

/** What an application may know of a person (OpenID Connect Core 1.0, 5.4). */
export function claimsOf(user: UserRow, scopes: readonly string[]) {
  const email = scopes.includes("email") ? { email: user.email, email_verified: user.email_verified } : {};
  if (!scopes.includes("profile")) return email;
  const { first_name, last_name, profile_picture_url: picture, locale } = user;
  const name = user.name ?? [first_name, last_name].filter(Boolean).join(" ");
  const known = { name, given_name: first_name, family_name: last_name, picture, locale };
  return { ...email, ...Object.fromEntries(Object.entries(known).filter(([, value]) => value)) };
}

/** The claims of an access token of this issuer; null for anything else, whoever signed it. */
export async function readAccessToken(
  service: Service,
  { client, url }: Issuer,
  token: string,
): Promise<JWTPayload | null> {
  const keys = await listSigningKeys(service, client.environmentId, "token");
  try {
    const { payload } = await jwtVerify(
      token,
      ({ kid }) => {
        const key = keys.find(({ id }) => id === kid);
        if (!key) throw new Error("The key is not known.");
        return createPublicKey({ key: key.public_jwk, format: "jwk" });
      },
      {
        issuer: url,
        audience: client.clientId,
        typ: ACCESS_TOKEN_TYPE,
        algorithms: ["RS256"],
        currentDate: service.clock(),
      },
    );
    return payload;
  } catch {
    return null;
  }
}

async function sign(
  service: Service,
  { client, url }: Issuer,
  typ: string,
  claims: Record<string, unknown>,
  audience: string,
): Promise<string> {
  const key = await currentSigningKey(service, client.environmentId, "token");
  const now = Math.floor(service.clock().getTime() / 1_000);
  return await new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: key.id, typ })
    .setIssuer(url)
    .setAudience(audience)
    .setJti(randomUUID())
    .setIssuedAt(now)
    .setExpirationTime(now + ACCESS_TOKEN_LASTS_S)
    .sign(privateKeyOf(service, client.environmentId, key));
}
