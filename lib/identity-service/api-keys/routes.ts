import type { FastifyInstance } from "fastify";
import { alone } from "../db.ts";
import { hashSecret } from "../keys/secrets.ts";
import { requireOrganization } from "../memberships/commands.ts";
import type { Service } from "../service.ts";
import { getUser } from "../users/store.ts";
import { type ListSource, readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import {
  type ApiKeyRow,
  apiKeyToWire,
  CreateApiKey,
  CreateUserApiKey,
  ExpireApiKey,
  ValidateApiKey,
} from "./api-key.ts";
import { createKey, expireKey, revokeKey } from "./commands.ts";
import { keysOfOrganization, keysOfUser, useKey } from "./store.ts";

interface ById {
  Params: { id: string };
  Querystring: Params;
}

/** Keys of organizations and of their users, which an application has validated here when somebody shows one. */
export function ownedApiKeyRoutes(app: FastifyInstance, service: Service): void {
  const { db, clock } = service;
  const ofOrganization = "/organizations/:id/api_keys";
  const ofUser = "/user_management/users/:id/api_keys";
  const list = async (environmentId: string, source: ListSource, query: Params) =>
    await readList<ApiKeyRow, unknown>(db, environmentId, source, readPage(query), apiKeyToWire);
  app.post<ById>(ofOrganization, async ({ environmentId, params, body }, reply) => {
    const owner = { environmentId, organizationId: params.id, userId: null };
    const { row, value } = await createKey(service, owner, parse(CreateApiKey, body));
    return reply.code(201).send({ ...apiKeyToWire(row), value });
  });
  app.get<ById>(ofOrganization, async ({ environmentId, params, query }) => {
    await requireOrganization(alone(db, environmentId), environmentId, params.id);
    return await list(environmentId, keysOfOrganization(environmentId, params.id), query);
  });
  app.post<ById>(ofUser, async ({ environmentId, params, body }, reply) => {
    const { organization_id, ...wanted } = parse(CreateUserApiKey, body);
    const owner = { environmentId, organizationId: organization_id, userId: params.id };
    const { row, value } = await createKey(service, owner, wanted);
    return reply.code(201).send({ ...apiKeyToWire(row), value });
  });
  app.get<ById>(ofUser, async ({ environmentId, params, query }) => {
    await getUser(db, environmentId, params.id);
    const source = keysOfUser(environmentId, params.id, one(query, "organization_id"));
    return await list(environmentId, source, query);
  });
  app.post("/api_keys/validations", async ({ environmentId, body }) => {
    const { value } = parse(ValidateApiKey, body);
    const row = await useKey(alone(db, environmentId), environmentId, hashSecret(value), clock());
    return { api_key: row ? apiKeyToWire(row) : null };
  });
  app.post<ById>("/api_keys/:id/expire", async ({ environmentId, params, body }) => {
    const { expires_at } = parse(ExpireApiKey, body);
    return apiKeyToWire(await expireKey(service, environmentId, params.id, expires_at));
  });
  app.delete<ById>("/api_keys/:id", async ({ environmentId, params }, reply) => {
    await revokeKey(service, environmentId, params.id);
    return reply.code(204).send();
  });
}
