import type { FastifyInstance } from "fastify";
import { listSigningKeys, toJwk } from "../keys/signing-keys.ts";
import { lazy } from "../lazy.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { authorize } from "./authorize.ts";
import { environmentOf } from "./clients.ts";
import { authorizeLogout, followLogout } from "./logout.ts";
import { profileOfToken } from "./profile.ts";
import { samlMetadata } from "./saml-metadata.ts";
import { followTestLink } from "./test-sign-in.ts";
import { token } from "./token.ts";

interface ByKey {
  Params: { key: string };
}

const page = { config: { page: true } };

const samlReturn = lazy(() => import("./saml-return.ts"));
const oidcReturn = lazy(() => import("../oidc/return.ts"));
const consent = lazy(() => import("./consent.ts"));
const ldapSignIn = lazy(() => import("../ldap/sign-in.ts"));

/** Where browsers go. What fails here is shown to a person. */
export function signInPages(app: FastifyInstance, service: Service): void {
  app.get<{ Querystring: Params }>("/sso/authorize", page, (request, reply) =>
    authorize(service, request.query, reply),
  );
  app.post<ByKey & { Body: Params }>("/sso/saml/acs/:key", page, async (request, reply) => {
    const { receiveSamlResponse } = await samlReturn();
    return await receiveSamlResponse(service, request.params.key, request.body ?? {}, reply);
  });
  app.get<ByKey>("/sso/oidc/callback/:key", page, async (request, reply) => {
    const { receiveOidcResponse } = await oidcReturn();
    return await receiveOidcResponse(service, request.params.key, request.url, reply);
  });
  app.post<ByKey & { Body: Params }>("/sso/ldap/:key", page, async (request, reply) => {
    const { receivePassword } = await ldapSignIn();
    return await receivePassword(service, request.params.key, request.body ?? {}, reply);
  });
  app.post<{ Body: Params }>("/sso/consent", page, async (request, reply) => {
    const { receiveConsent } = await consent();
    return await receiveConsent(service, request.body ?? {}, reply);
  });
  app.get<ByKey>("/sso/test/:key", page, (request, reply) =>
    followTestLink(service, request.params.key, reply),
  );
  app.get<{ Querystring: Params }>("/sso/logout", page, async (request, reply) =>
    followLogout(service, one(request.query, "token"), reply),
  );
}

/** What needs no API key: each asks for its own proof, or shows what anybody may see. */
export function openSsoRoutes(app: FastifyInstance, service: Service): void {
  app.post("/sso/token", async (request, reply) => {
    reply.headers({ "cache-control": "no-store", pragma: "no-cache" });
    return await token(service, request);
  });
  app.get("/sso/profile", (request) => profileOfToken(service, request));
  app.get<{ Params: { clientId: string } }>("/sso/jwks/:clientId", async ({ params }) => {
    const environmentId = await environmentOf(service, params.clientId);
    const keys = environmentId ? await listSigningKeys(service, environmentId, "token") : [];
    if (keys.length === 0) throw new WireError(404, { message: `Client not found: '${params.clientId}'.` });
    return { keys: keys.map(toJwk) };
  });
  app.get<ByKey>("/sso/saml/metadata/:key", async (request, reply) =>
    reply
      .type("application/samlmetadata+xml; charset=utf-8")
      .send(await samlMetadata(service, request.params.key)),
  );
}

export function logoutRoutes(app: FastifyInstance, service: Service): void {
  app.post("/sso/logout/authorize", async (request) =>
    authorizeLogout(service, request.environmentId, request.body),
  );
}
