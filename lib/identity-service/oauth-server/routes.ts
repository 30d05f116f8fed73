import type { FastifyInstance, FastifyRequest } from "fastify";
import { readForm } from "../authentication/form.ts";
import { alone } from "../db.ts";
import { bearer } from "../environments/callers.ts";
import { listSigningKeys, toJwk } from "../keys/signing-keys.ts";
import type { Service } from "../service.ts";
import { findUser } from "../users/store.ts";
import { WireError } from "../wire/errors.ts";
import { authorizeApplication } from "./authorize.ts";
import { readCaller } from "./caller.ts";
import { authorizeDevice } from "./device.ts";
import { isFamilyAlive } from "./grants.ts";
import { discoveryDocument, type Issuer, readIssuer } from "./issuer.ts";
import { connectToken } from "./token.ts";
import { claimsOf, readAccessToken } from "./tokens.ts";

interface OfIssuer {
  Params: { client: string };
}

/** An environment as the OAuth and OpenID server of Connect applications. Each has an address of its own. */
export function oauthServerRoutes(app: FastifyInstance, service: Service): void {
  const at = "/issuers/:client";
  const issuerOf = (request: FastifyRequest<OfIssuer>) => readIssuer(service, request.params.client);
  for (const document of ["openid-configuration", "oauth-authorization-server"])
    app.get<OfIssuer>(`${at}/.well-known/${document}`, async (request) =>
      discoveryDocument(await issuerOf(request)),
    );
  // Where RFC 8414, 3.1 looks for it.
  app.get<OfIssuer>("/.well-known/oauth-authorization-server/issuers/:client", async (request) =>
    discoveryDocument(await issuerOf(request)),
  );
  app.get<OfIssuer>(`${at}/oauth2/authorize`, { config: { page: true } }, async (request, reply) =>
    authorizeApplication(service, await issuerOf(request), request, reply),
  );
  app.get<OfIssuer>(`${at}/oauth2/jwks`, async (request) => {
    const { client } = await issuerOf(request);
    return { keys: (await listSigningKeys(service, client.environmentId, "token")).map(toJwk) };
  });
  app.post<OfIssuer>(`${at}/oauth2/token`, async (request, reply) => {
    reply.headers({ "cache-control": "no-store", pragma: "no-cache" });
    return await connectToken(service, await issuerOf(request), request);
  });
  app.post<OfIssuer>(`${at}/oauth2/device_authorization`, async (request, reply) => {
    reply.headers({ "cache-control": "no-store", pragma: "no-cache" });
    return await authorizeDevice(service, await issuerOf(request), request);
  });
  app.post<OfIssuer>(`${at}/oauth2/introspection`, async (request, reply) => {
    reply.headers({ "cache-control": "no-store", pragma: "no-cache" });
    const issuer = await issuerOf(request);
    const form = readForm(request);
    await readCaller(service, issuer, request, form);
    const claims = await liveClaims(service, issuer, form.required("token"));
    return claims ? { active: true, token_type: "Bearer", ...claims } : { active: false };
  });
  for (const method of ["GET", "POST"] as const)
    app.route<OfIssuer>({
      method,
      url: `${at}/oauth2/userinfo`,
      handler: async (request) => await userInfo(service, await issuerOf(request), bearer(request)),
    });
}

/** OpenID Connect Core 1.0, 5.3 */
async function userInfo(service: Service, issuer: Issuer, token: string) {
  const claims = await liveClaims(service, issuer, token);
  const { environmentId } = issuer.client;
  const scopes = String(claims?.scope ?? "").split(" ");
  const user =
    claims && (await findUser(alone(service.db, environmentId), environmentId, String(claims.sub)));
  if (!user || !scopes.includes("openid"))
    throw new WireError(
      401,
      { error: "invalid_token", error_description: "The access token is not valid, or not for this." },
      { "www-authenticate": 'Bearer error="invalid_token"' },
    );
  return { sub: user.id, ...claimsOf(user, scopes), ...(claims.org_id ? { org_id: claims.org_id } : {}) };
}

/** The claims of a token that is good in itself and was not taken back since. */
async function liveClaims(service: Service, issuer: Issuer, token: string) {
  const claims = await readAccessToken(service, issuer, token);
  if (!claims || claims.sid === undefined) return claims;
  const { environmentId } = issuer.client;
  const run = alone(service.db, environmentId);
  return (await isFamilyAlive(run, environmentId, String(claims.sid))) ? claims : null;
}
