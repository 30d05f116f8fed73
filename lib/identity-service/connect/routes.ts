import type { FastifyInstance } from "fastify";
import { getOrganization } from "../organizations/store.ts";
import type { Service } from "../service.ts";
import { getUser } from "../users/store.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import {
  type ApplicationRow,
  applicationToWire,
  ChangeApplication,
  CreateApplication,
  secretToWire,
} from "./application.ts";
import { authorizations, authorizationToWire, type ListedAuthorization, withdraw } from "./authorizations.ts";
import {
  addSecret,
  applications,
  changeApplication,
  createApplication,
  getApplication,
  listSecrets,
  removeApplication,
  removeSecret,
} from "./store.ts";

interface ById {
  Params: { id: string };
  Querystring: Params;
}

export function connectRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/connect/applications";
  app.get<{ Querystring: Params }>(at, async ({ environmentId, query }) => {
    const source = applications(environmentId, one(query, "organization_id"));
    return await readList<ApplicationRow, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      applicationToWire,
    );
  });
  app.post(at, async ({ environmentId, body }, reply) => {
    const made = await createApplication(db, environmentId, parse(CreateApplication, body));
    return reply.code(201).send(applicationToWire(made));
  });
  app.get<ById>(`${at}/:id`, async ({ environmentId, params }) =>
    applicationToWire(await getApplication(db, environmentId, params.id)),
  );
  app.put<ById>(`${at}/:id`, async ({ environmentId, params, body }) =>
    applicationToWire(await changeApplication(db, environmentId, params.id, parse(ChangeApplication, body))),
  );
  app.delete<ById>(`${at}/:id`, async ({ environmentId, params }, reply) => {
    await removeApplication(db, environmentId, params.id);
    return reply.code(204).send();
  });
  // A bare array: so the wire has it.
  app.get<ById>(`${at}/:id/client_secrets`, async ({ environmentId, params }) =>
    (await listSecrets(db, environmentId, params.id)).map(secretToWire),
  );
  app.post<ById>(`${at}/:id/client_secrets`, async ({ environmentId, params }, reply) => {
    const { row, secret } = await addSecret(db, environmentId, params.id);
    return reply.code(201).send({ ...secretToWire(row), secret });
  });
  app.delete<ById>("/connect/client_secrets/:id", async ({ environmentId, params }, reply) => {
    await removeSecret(db, environmentId, params.id);
    return reply.code(204).send();
  });
}

export function authorizedApplicationRoutes(app: FastifyInstance, { db }: Service): void {
  const ofUser = "/user_management/users/:id/authorized_applications";
  app.get<ById>(ofUser, async ({ environmentId, params, query }) => {
    const user = await getUser(db, environmentId, params.id);
    const source = authorizations(environmentId, { userId: user.id });
    return await readList<ListedAuthorization, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      authorizationToWire,
    );
  });
  app.delete<{ Params: { id: string; application: string } }>(
    `${ofUser}/:application`,
    async ({ environmentId, params }, reply) => {
      await getUser(db, environmentId, params.id);
      await withdraw(db, environmentId, params.id, params.application);
      return reply.code(204).send();
    },
  );
  app.get<ById>("/organizations/:id/authorized_applications", async ({ environmentId, params, query }) => {
    const organization = await getOrganization(db, environmentId, params.id);
    const source = authorizations(environmentId, { organizationId: organization.id });
    const toWire = (row: ListedAuthorization) => ({ ...authorizationToWire(row), user_id: row.user_id });
    return await readList<ListedAuthorization, unknown>(db, environmentId, source, readPage(query), toWire);
  });
}
