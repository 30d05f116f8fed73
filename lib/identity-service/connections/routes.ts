import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params } from "../wire/params.ts";
import {
  type ConnectionFilter,
  type ConnectionRow,
  connections,
  connectionToWire,
  getConnection,
} from "./connection.ts";
import { removeConnection } from "./remove.ts";

interface ById {
  Params: { id: string };
}

export function connectionRoutes(app: FastifyInstance, { db }: Service): void {
  app.get<{ Querystring: Params }>("/connections", async ({ environmentId, query }) => {
    const source = connections(environmentId, readFilter(query));
    return await readList<ConnectionRow, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      connectionToWire,
    );
  });
  app.get<ById>("/connections/:id", async ({ environmentId, params }) =>
    connectionToWire(await getConnection(db, environmentId, params.id)),
  );
  app.delete<ById>("/connections/:id", async ({ environmentId, params }, reply) => {
    await removeConnection(db, environmentId, params.id);
    return reply.code(204).send();
  });
}

export function readFilter(query: Params): ConnectionFilter {
  return {
    connectionType: one(query, "connection_type"),
    organizationId: one(query, "organization_id"),
    domain: one(query, "domain"),
    search: one(query, "search"),
  };
}
