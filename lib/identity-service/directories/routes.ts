import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";
import { invalid } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params } from "../wire/params.ts";
import { removeDirectory } from "./commands.ts";
import {
  type CountedDirectoryRow,
  type DirectoryFilter,
  directories,
  directoryToWire,
  getDirectory,
} from "./directory.ts";
import { type DirectoryGroupRow, directoryGroupToWire } from "./groups.ts";
import { directoryGroups, directoryUsers, getDirectoryGroup, getDirectoryUser } from "./lists.ts";
import { type DirectoryUserWithGroups, directoryUserToWire } from "./users.ts";

interface ById {
  Params: { id: string };
}
interface Listed {
  Querystring: Params;
}

export function directoryRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.get<Listed>("/directories", async ({ environmentId, query }) => {
    const source = directories(environmentId, readFilter(query));
    return await readList<CountedDirectoryRow, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      directoryToWire,
    );
  });
  app.get<ById>("/directories/:id", async ({ environmentId, params }) =>
    directoryToWire(await getDirectory(db, environmentId, params.id)),
  );
  app.delete<ById>("/directories/:id", async ({ environmentId, params }, reply) => {
    await removeDirectory(service, environmentId, params.id);
    return reply.code(202).send();
  });
}

export function directoryPeopleRoutes(app: FastifyInstance, { db }: Service): void {
  app.get<Listed>("/directory_users", async ({ environmentId, query }) => {
    const [directoryId, groupId] = [one(query, "directory"), one(query, "group")];
    const [idpId, email] = [one(query, "idp_id"), one(query, "email")];
    if (!directoryId && (idpId || email)) throw directoryMissing(idpId ? "idp_id" : "email");
    const source = await directoryUsers(db, environmentId, { directoryId, groupId, idpId, email });
    return await readList<DirectoryUserWithGroups, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      directoryUserToWire,
    );
  });
  app.get<ById>("/directory_users/:id", async ({ environmentId, params }) =>
    directoryUserToWire(await getDirectoryUser(db, environmentId, params.id)),
  );
  app.get<Listed>("/directory_groups", async ({ environmentId, query }) => {
    const filter = { directoryId: one(query, "directory"), userId: one(query, "user") };
    const source = await directoryGroups(db, environmentId, filter);
    return await readList<DirectoryGroupRow, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      directoryGroupToWire,
    );
  });
  app.get<ById>("/directory_groups/:id", async ({ environmentId, params }) =>
    directoryGroupToWire(await getDirectoryGroup(db, environmentId, params.id)),
  );
}

export function readFilter(query: Params): DirectoryFilter {
  return {
    organizationId: one(query, "organization_id"),
    domain: one(query, "domain"),
    search: one(query, "search"),
  };
}

function directoryMissing(field: string) {
  return invalid([
    {
      field: "directory",
      code: "required",
      message: `Give the directory in which to look for this ${field}.`,
    },
  ]);
}
