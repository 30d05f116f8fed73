import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import { changeUser, createUser } from "./commands.ts";
import { listIdentities } from "./identities.ts";
import { ChangeUser, CreateUser } from "./input.ts";
import { deleteUser, getUser, getUserByExternalId, users } from "./store.ts";
import { type UserRow, userToWire } from "./user.ts";

interface ById {
  Params: { id: string };
}

export function userRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/user_management/users";
  app.post(at, async ({ environmentId, body }, reply) =>
    reply.code(201).send(userToWire(await createUser(db, environmentId, parse(CreateUser, body)))),
  );
  app.get<{ Querystring: Params }>(at, async ({ environmentId, query }) => {
    const organizationId = one(query, "organization_id") ?? one(query, "organization");
    const source = users(environmentId, { email: one(query, "email"), organizationId });
    return await readList<UserRow, unknown>(db, environmentId, source, readPage(query), userToWire);
  });
  app.get<{ Params: { externalId: string } }>(
    `${at}/external_id/:externalId`,
    async ({ environmentId, params }) =>
      userToWire(await getUserByExternalId(db, environmentId, params.externalId)),
  );
  app.get<ById>(`${at}/:id`, async ({ environmentId, params }) =>
    userToWire(await getUser(db, environmentId, params.id)),
  );
  app.get<ById>(`${at}/:id/identities`, async ({ environmentId, params }) =>
    listIdentities(db, environmentId, await getUser(db, environmentId, params.id)),
  );
  app.put<ById>(`${at}/:id`, async ({ environmentId, params, body }) =>
    userToWire(await changeUser(db, environmentId, params.id, parse(ChangeUser, body))),
  );
  app.delete<ById>(`${at}/:id`, async ({ environmentId, params }, reply) => {
    await db.transaction(environmentId, async (run) => await deleteUser(run, environmentId, params.id));
    return reply.code(200).send();
  });
}
