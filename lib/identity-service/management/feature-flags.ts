import type { FastifyInstance, FastifyRequest } from "fastify";
import { getEnvironment } from "../environments/store.ts";
import type { Author } from "../events/actor.ts";
import { ChangeFlag, CreateFlag, type FlagRow, flagToWire } from "../feature-flags/flag.ts";
import { changeFlag, createFlag, flags, getFlag, removeFlag } from "../feature-flags/store.ts";
import { setFlagTarget } from "../feature-flags/targets.ts";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";

interface InEnvironment {
  Params: { env: string; slug: string; resourceId: string };
  Querystring: Params;
}

/** Flags are made, described and taken away here; WorkOS does it in its dashboard. */
export function managedFlagRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/environments/:env/feature_flags";
  const author = async ({ params, callerId }: FastifyRequest<InEnvironment>): Promise<Author> => {
    const { id } = await getEnvironment(db, params.env);
    return { environmentId: id, callerId, source: "dashboard" };
  };
  app.post<InEnvironment>(at, async (request, reply) => {
    const made = await createFlag(db, await author(request), parse(CreateFlag, request.body));
    return reply.code(201).send(flagToWire(made));
  });
  app.get<InEnvironment>(at, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    return await readList<FlagRow, unknown>(db, id, flags(id), readPage(query), flagToWire);
  });
  app.get<InEnvironment>(`${at}/:slug`, async ({ params }) => {
    const { id } = await getEnvironment(db, params.env);
    return flagToWire(await getFlag(db, id, params.slug));
  });
  app.patch<InEnvironment>(`${at}/:slug`, async (request) => {
    const change = parse(ChangeFlag, request.body);
    return flagToWire(await changeFlag(db, await author(request), request.params.slug, change));
  });
  app.delete<InEnvironment>(`${at}/:slug`, async (request, reply) => {
    await removeFlag(db, await author(request), request.params.slug);
    return reply.code(204).send();
  });
  for (const [method, action] of [
    ["POST", "add"],
    ["DELETE", "remove"],
  ] as const)
    app.route<InEnvironment>({
      method,
      url: `${at}/:slug/targets/:resourceId`,
      handler: async (request, reply) => {
        await setFlagTarget(db, await author(request), { ...request.params, action });
        return reply.code(204).send();
      },
    });
}
