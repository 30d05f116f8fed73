import type { FastifyInstance } from "fastify";
import {
  ChangeConnection,
  CreateConnection,
  changeConnection,
  createConnection,
} from "../connections/commands.ts";
import {
  addressesOf,
  type ConnectionRow,
  connections,
  connectionToWire,
  getConnection,
} from "../connections/connection.ts";
import { settingsToWire } from "../connections/detail.ts";
import { removeConnection } from "../connections/remove.ts";
import { readFilter } from "../connections/routes.ts";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { createTestSignIn } from "../sso/test-sign-in.ts";
import { getTestSignIn, type TraceRow, traces, traceToWire } from "../sso/traces.ts";
import { type List, readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import { isoOrNull } from "../wire/time.ts";

interface InEnvironment {
  Params: { env: string };
  Querystring: Params;
}
interface ById {
  Params: { env: string; id: string };
  Querystring: Params;
}

export function managedConnectionRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.post<InEnvironment>("/environments/:env/connections", async ({ params, body }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    const made = await createConnection(service, id, parse(CreateConnection, body));
    return reply.code(201).send(await detail(service, made));
  });
  app.get<InEnvironment>("/environments/:env/connections", async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const source = connections(id, readFilter(query), { since: yesterday(service) });
    const list: List<ConnectionRow> = await readList(
      db,
      id,
      source,
      readPage(query),
      (row: ConnectionRow) => row,
    );
    return { ...list, data: await Promise.all(list.data.map((row) => detail(service, row))) };
  });
  app.get<ById>("/environments/:env/connections/:id", async ({ params }) => {
    const { id } = await getEnvironment(db, params.env);
    return await detail(service, await getConnection(db, id, params.id));
  });
  app.patch<ById>("/environments/:env/connections/:id", async ({ params, body }) => {
    const { id } = await getEnvironment(db, params.env);
    return await detail(
      service,
      await changeConnection(service, id, params.id, parse(ChangeConnection, body)),
    );
  });
  app.delete<ById>("/environments/:env/connections/:id", async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    await removeConnection(db, id, params.id);
    return reply.code(204).send();
  });
}

export function testAndTraceRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.post<ById>("/environments/:env/connections/:id/test_sign_ins", async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    return reply.code(201).send(await createTestSignIn(service, id, params.id));
  });
  app.get<{ Params: { env: string; id: string; test: string } }>(
    "/environments/:env/connections/:id/test_sign_ins/:test",
    async ({ params }) => {
      const { id } = await getEnvironment(db, params.env);
      return await getTestSignIn(service, id, { connectionId: params.id, id: params.test });
    },
  );
  app.get<ById>("/environments/:env/connections/:id/traces", async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const connection = await getConnection(db, id, params.id);
    const toWire = (row: TraceRow) => traceToWire(row, service.clock());
    const source = traces(id, connection.id, one(query, "purpose"));
    return await readList<TraceRow, unknown>(db, id, source, readPage(query), toWire);
  });
}

/** A connection as whoever manages it sees it: how it is set up, and how it is doing. */
async function detail(service: Service, row: ConnectionRow) {
  return {
    ...connectionToWire(row),
    organization_id: row.organization_id,
    ...(await settingsToWire(row)),
    attribute_map: row.attribute_map,
    role_map: row.role_map,
    sp: addressesOf(service.env.baseUrl, row.external_key),
    last_sign_in_at: isoOrNull(row.last_sign_in_at),
    failures_24h: row.failures_24h,
  };
}

function yesterday({ clock }: Service): Date {
  return new Date(clock().getTime() - 24 * 3_600_000);
}
