import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";
import type { Params } from "../wire/params.ts";
import { eventToWire } from "./event.ts";
import { listEvents } from "./list.ts";

export function eventRoutes(app: FastifyInstance, { db }: Service): void {
  app.get<{ Querystring: Params }>("/events", async ({ environmentId, query }) => {
    const { rows, after } = await listEvents(db, environmentId, query);
    return { object: "list", data: rows.map(eventToWire), list_metadata: { after } };
  });
}
