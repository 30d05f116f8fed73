import type { FastifyInstance } from "fastify";
import { alone } from "../db.ts";
import { application } from "../events/actor.ts";
import { requireOrganization } from "../memberships/commands.ts";
import type { Service } from "../service.ts";
import { getUser } from "../users/store.ts";
import { type ListSource, readList, readPage } from "../wire/pagination.ts";
import type { Params } from "../wire/params.ts";
import { flagRules, flagsOfOrganization, flagsOfUser } from "./evaluation.ts";
import { type FlagRow, flagToWire } from "./flag.ts";
import { changeFlag, flags, getFlag } from "./store.ts";
import { setFlagTarget } from "./targets.ts";

interface BySlug {
  Params: { slug: string; resourceId: string };
}
interface ById {
  Params: { id: string };
  Querystring: Params;
}

export function featureFlagRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/feature-flags";
  const list = async (environmentId: string, source: ListSource, query: Params) =>
    await readList<FlagRow, unknown>(db, environmentId, source, readPage(query), flagToWire);
  app.get<{ Querystring: Params }>(at, async ({ environmentId, query }) =>
    list(environmentId, flags(environmentId), query),
  );
  app.get<BySlug>(`${at}/:slug`, async ({ environmentId, params }) =>
    flagToWire(await getFlag(db, environmentId, params.slug)),
  );
  app.put<BySlug>(`${at}/:slug/enable`, async (request) =>
    flagToWire(await changeFlag(db, application(request), request.params.slug, { enabled: true })),
  );
  app.put<BySlug>(`${at}/:slug/disable`, async (request) =>
    flagToWire(await changeFlag(db, application(request), request.params.slug, { enabled: false })),
  );
  app.post<BySlug>(`${at}/:slug/targets/:resourceId`, async (request, reply) => {
    await setFlagTarget(db, application(request), { ...request.params, action: "add" });
    return reply.code(204).send();
  });
  app.delete<BySlug>(`${at}/:slug/targets/:resourceId`, async (request, reply) => {
    await setFlagTarget(db, application(request), { ...request.params, action: "remove" });
    return reply.code(204).send();
  });
  app.get<ById>("/organizations/:id/feature-flags", async ({ environmentId, params, query }) => {
    await requireOrganization(alone(db, environmentId), environmentId, params.id);
    return await list(environmentId, flagsOfOrganization(environmentId, params.id), query);
  });
  app.get<ById>("/user_management/users/:id/feature-flags", async ({ environmentId, params, query }) => {
    await getUser(db, environmentId, params.id);
    return await list(environmentId, flagsOfUser(environmentId, params.id), query);
  });
  // In no public document: the runtime client of the SDKs polls it.
  app.get("/sdk/feature-flags", async ({ environmentId }) => flagRules(db, environmentId));
}
