import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { sql } from "../db.ts";
import { getSettings } from "../environments/settings.ts";
import type { EventRow } from "../events/event.ts";
import type { Service } from "../service.ts";
import { notFound } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { iso } from "../wire/time.ts";
import { attempt } from "./attempt.ts";
import {
  ChangeEndpoint,
  CreateEndpoint,
  type EndpointRow,
  endpointHealth,
  endpointToWire,
} from "./endpoint.ts";
import {
  attempts,
  changeEndpoint,
  createEndpoint,
  endpoints,
  getEndpoint,
  removeEndpoint,
  replayFrom,
} from "./store.ts";

interface ById {
  Params: { id: string };
}
interface Managed {
  Params: { env: string; id: string };
  Querystring: Params;
}

export function webhookRoutes(app: FastifyInstance, service: Service): void {
  const { db, sealer } = service;
  const at = "/webhook_endpoints";
  const toWire = (row: EndpointRow) => endpointToWire(row, sealer);
  app.get<{ Querystring: Params }>(at, async ({ environmentId, query }) =>
    readList<EndpointRow, unknown>(db, environmentId, endpoints(environmentId), readPage(query), toWire),
  );
  app.post(at, async ({ environmentId, body }, reply) =>
    reply.code(201).send(toWire(await createEndpoint(service, environmentId, parse(CreateEndpoint, body)))),
  );
  app.patch<ById>(`${at}/:id`, async ({ environmentId, params, body }) =>
    toWire(await changeEndpoint(db, environmentId, params.id, parse(ChangeEndpoint, body))),
  );
  app.delete<ById>(`${at}/:id`, async ({ environmentId, params }, reply) => {
    await removeEndpoint(db, environmentId, params.id);
    return reply.code(204).send();
  });
}

interface AttemptRow {
  id: string;
  event_id: string;
  status: number | null;
  error: string | null;
  duration_ms: number;
  created_at: Date;
}

const EVENT = sql(
  "webhook_event_find",
  "SELECT id, name, data, context, created_at FROM identity.events WHERE environment_id = $1 AND id = $2",
);
export const EventId = z.object({ event_id: z.string() });

/** What an operator does about deliveries: look, send one again, or everything since one. */
export function managedWebhookRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  const at = "/environments/:env/webhook_endpoints";
  app.get<Managed>(at, async ({ params, query }) =>
    readList<EndpointRow, unknown>(db, params.env, endpoints(params.env), readPage(query), endpointHealth),
  );
  app.get<Managed>(`${at}/:id`, async ({ params }) =>
    endpointHealth(await getEndpoint(db, params.env, params.id)),
  );
  app.get<Managed>(`${at}/:id/attempts`, async ({ params, query }) => {
    await getEndpoint(db, params.env, params.id);
    const source = attempts(params.env, params.id);
    return await readList<AttemptRow, unknown>(db, params.env, source, readPage(query), attemptToWire);
  });
  app.post<Managed>(`${at}/:id/deliveries`, async ({ params, body }) => {
    const { event_id } = parse(EventId, body);
    const endpoint = await getEndpoint(db, params.env, params.id);
    const [event] = await db.query<EventRow>(params.env, EVENT, [params.env, event_id]);
    if (!event) throw notFound("Event", event_id);
    const { webhooks } = await getSettings(db, params.env);
    const problem = await attempt(service, endpoint, event, webhooks.private_addresses);
    return { delivered: problem === null, error: problem };
  });
  app.post<Managed>(`${at}/:id/replay`, async ({ params, body }) => {
    const { event_id } = parse(EventId, body);
    return endpointHealth(await replayFrom(db, params.env, params.id, event_id));
  });
}

function attemptToWire(row: AttemptRow) {
  return {
    object: "webhook_attempt" as const,
    id: row.id,
    event_id: row.event_id,
    status: row.status,
    error: row.error,
    duration_ms: row.duration_ms,
    created_at: iso(row.created_at),
  };
}
