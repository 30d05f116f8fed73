import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { alone } from "../db.ts";
import type { Service } from "../service.ts";
import { invalid } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import type { Reference } from "./reference.ts";
import { ChangeResource, CreateResource, type ResourceRow, resourceToWire } from "./resource.ts";
import { changeResource, createResource, type ResourcePlace, removeResource, resources } from "./store.ts";
import { findResource } from "./tree.ts";

interface OneResource {
  Params: { resourceId?: string; organizationId?: string; type?: string; externalId?: string };
  Querystring: Params;
}

/** The two addresses of every resource: its own, and the one made of what the application calls it. */
export const RESOURCE_ADDRESSES = [
  "/authorization/resources/:resourceId",
  "/authorization/organizations/:organizationId/resources/:type/:externalId",
] as const;

export function resourceRoutes(app: FastifyInstance, { db }: Service): void {
  const all = "/authorization/resources";
  app.post(all, async ({ environmentId, body }, reply) => {
    const made = await createResource(db, environmentId, parse(CreateResource, body));
    return reply.code(201).send(resourceToWire(made));
  });
  app.get<{ Querystring: Params }>(all, async ({ environmentId, query }) => {
    const source = resources(environmentId, query);
    return await readList<ResourceRow, unknown>(db, environmentId, source, readPage(query), resourceToWire);
  });
  for (const at of RESOURCE_ADDRESSES) {
    app.get<OneResource>(at, async (request) => {
      const { environmentId, organizationId, reference } = placeOf(request);
      const run = alone(db, environmentId);
      return resourceToWire(await findResource(run, environmentId, organizationId, reference));
    });
    app.patch<OneResource>(at, async (request) =>
      resourceToWire(await changeResource(db, placeOf(request), parse(ChangeResource, request.body))),
    );
    app.delete<OneResource>(at, async (request, reply: FastifyReply) => {
      await removeResource(db, placeOf(request), readCascade(request.query));
      return reply.code(204).send();
    });
  }
}

export function placeOf({ environmentId, params }: FastifyRequest<OneResource>): ResourcePlace {
  const { resourceId, organizationId = null, type = "", externalId = "" } = params;
  const reference: Reference = resourceId === undefined ? { type, externalId } : { id: resourceId };
  return { environmentId, organizationId, reference };
}

function readCascade(query: Params): boolean {
  const value = one(query, "cascade_delete") ?? "false";
  if (value === "true" || value === "false") return value === "true";
  throw invalid([
    { field: "cascade_delete", code: "invalid", message: "cascade_delete must be true or false." },
  ]);
}
