import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { EVERY_ENVIRONMENT } from "../db.ts";
import {
  type ApiKeyRow,
  apiKeys,
  apiKeyToWire,
  CreateApiKey,
  createApiKey,
  ExpireApiKey,
  expireApiKey,
  revokeApiKey,
} from "../environments/api-keys.ts";
import {
  ChangeEnvironment,
  CreateEnvironment,
  type EnvironmentRow,
  environmentToWire,
} from "../environments/environment.ts";
import {
  CreateRedirectUri,
  createRedirectUri,
  makeDefaultRedirectUri,
  type RedirectUriRow,
  redirectUris,
  redirectUriToWire,
  removeRedirectUri,
} from "../environments/redirect-uris.ts";
import {
  changeEnvironment,
  createEnvironment,
  environments,
  getEnvironment,
  removeEnvironment,
} from "../environments/store.ts";
import { listSigningKeys, rotateSigningKey, signingKeyToWire } from "../keys/signing-keys.ts";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";

interface InEnvironment {
  Params: { env: string };
  Querystring: Params;
}
interface ById {
  Params: { env: string; id: string };
}

export function environmentRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  const toWire = (row: EnvironmentRow) => environmentToWire(row, service.env.baseUrl);
  app.post("/environments", async ({ body }, reply) =>
    reply.code(201).send(toWire(await createEnvironment(service, parse(CreateEnvironment, body)))),
  );
  app.get<{ Querystring: Params }>("/environments", async ({ query }) =>
    readList<EnvironmentRow, unknown>(db, EVERY_ENVIRONMENT, environments, readPage(query), toWire),
  );
  app.get<InEnvironment>("/environments/:env", async ({ params }) =>
    toWire(await getEnvironment(db, params.env)),
  );
  app.patch<InEnvironment>("/environments/:env", async ({ params, body }) =>
    toWire(await changeEnvironment(db, params.env, parse(ChangeEnvironment, body))),
  );
  app.delete<InEnvironment>("/environments/:env", async ({ params }, reply) => {
    await removeEnvironment(db, params.env);
    return reply.code(204).send();
  });
}

export function apiKeyRoutes(app: FastifyInstance, { db }: Service): void {
  app.post<InEnvironment>("/environments/:env/api_keys", async ({ params, body }, reply) => {
    const environment = await getEnvironment(db, params.env);
    const { row, value } = await createApiKey(db, environment, parse(CreateApiKey, body));
    return reply.code(201).send({ ...apiKeyToWire(row), value });
  });
  app.get<InEnvironment>("/environments/:env/api_keys", async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    return await readList<ApiKeyRow, unknown>(db, id, apiKeys(id), readPage(query), apiKeyToWire);
  });
  app.post<ById>("/environments/:env/api_keys/:id/expire", async ({ params, body }) => {
    const { expires_at } = parse(ExpireApiKey, body);
    const { id } = await getEnvironment(db, params.env);
    return apiKeyToWire(await expireApiKey(db, id, params.id, expires_at ?? null));
  });
  app.delete<ById>("/environments/:env/api_keys/:id", async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    await revokeApiKey(db, id, params.id);
    return reply.code(204).send();
  });
}

export const MakeDefault = z.strictObject({ default: z.literal(true) });

export function environmentRedirectUriRoutes(app: FastifyInstance, { db }: Service): void {
  app.post<InEnvironment>("/environments/:env/redirect_uris", async ({ params, body }, reply) => {
    const made = await createRedirectUri(db, params.env, parse(CreateRedirectUri, body));
    return reply.code(201).send(redirectUriToWire(made));
  });
  app.get<InEnvironment>("/environments/:env/redirect_uris", async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    return await readList<RedirectUriRow, unknown>(
      db,
      id,
      redirectUris(id),
      readPage(query),
      redirectUriToWire,
    );
  });
  app.patch<ById>("/environments/:env/redirect_uris/:id", async ({ params, body }) => {
    parse(MakeDefault, body);
    return redirectUriToWire(await makeDefaultRedirectUri(db, params.env, params.id));
  });
  app.delete<ById>("/environments/:env/redirect_uris/:id", async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    await removeRedirectUri(db, id, params.id);
    return reply.code(204).send();
  });
}

export const RotateSigningKey = z.object({ purpose: z.enum(["token", "saml"]).default("token") });

export function signingKeyRoutes(app: FastifyInstance, service: Service): void {
  app.get<InEnvironment>("/environments/:env/signing_keys", async ({ params }) => {
    const { id } = await getEnvironment(service.db, params.env);
    const [token, saml] = [
      await listSigningKeys(service, id, "token"),
      await listSigningKeys(service, id, "saml"),
    ];
    return {
      object: "list",
      data: [...token, ...saml].map(signingKeyToWire),
      list_metadata: { before: null, after: null },
    };
  });
  app.post<InEnvironment>("/environments/:env/signing_keys/rotate", async ({ params, body }, reply) => {
    const { purpose } = parse(RotateSigningKey, body);
    const { id } = await getEnvironment(service.db, params.env);
    return reply.code(201).send(signingKeyToWire(await rotateSigningKey(service, id, purpose)));
  });
}
