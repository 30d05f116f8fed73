import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  ActivateRevision,
  activateRevision,
  ReturnToRevision,
  returnToRevision,
} from "../connections/revisions/activate.ts";
import {
  ByWhom,
  ChangeRevision,
  changeRevision,
  discardRevision,
  draftRevision,
} from "../connections/revisions/draft.ts";
import {
  findRevision,
  getRevision,
  type RevisionRow,
  revisions,
  revisionToWire,
} from "../connections/revisions/revision.ts";
import { lockHistory } from "../connections/revisions/store.ts";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { replayCaptured } from "../sso/replay-captured.ts";
import { createTestSignIn } from "../sso/test-sign-in.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";

interface OfConnection {
  Params: { env: string; id: string };
  Querystring: Params;
}
interface ByRevision {
  /** By its number or its id. */
  Params: { env: string; id: string; revision: string };
}

export const ReplayCaptured = z.strictObject({ test_sign_in_id: z.string().min(1).max(100) });

/** How a connection's settings change: a draft is made, tried, and activated; and what was can be brought back. */
export function revisionRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  const at = "/environments/:env/connections/:id/revisions";
  const one = `${at}/:revision`;
  const find = async ({ env, ...names }: ByRevision["Params"]) => {
    const { id } = await getEnvironment(db, env);
    return { environmentId: id, ref: await findRevision(db, id, names) };
  };
  app.get<OfConnection>(at, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const source = revisions(id, params.id);
    const read = async () =>
      await readList<RevisionRow, RevisionRow>(db, id, source, readPage(query), (row) => row);
    let list = await read();
    if (list.data.length === 0) {
      // A connection that is older than revisions has its first one from now on.
      await db.transaction(id, async (run) => await lockHistory(run, id, params.id, service.clock()));
      list = await read();
    }
    return { ...list, data: await Promise.all(list.data.map(revisionToWire)) };
  });
  app.post<OfConnection>(at, async ({ params, body }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    const made = await draftRevision(service, id, params.id, parse(ChangeRevision, body ?? {}));
    return reply.code(201).send(await revisionToWire(made));
  });
  app.get<ByRevision>(one, async ({ params }) => {
    const { environmentId, ref } = await find(params);
    return await revisionToWire(await getRevision(db, environmentId, ref));
  });
  app.patch<ByRevision>(one, async ({ params, body }) => {
    const change = parse(ChangeRevision, body);
    const { environmentId, ref } = await find(params);
    return await revisionToWire(await changeRevision(service, environmentId, ref, change));
  });
  app.post<ByRevision>(`${one}/test_sign_ins`, async ({ params }, reply) => {
    const { environmentId, ref } = await find(params);
    return reply.code(201).send(await createTestSignIn(service, environmentId, ref.connectionId, ref.number));
  });
  app.post<ByRevision>(`${one}/replays`, async ({ params, body }) => {
    const { test_sign_in_id } = parse(ReplayCaptured, body);
    const { environmentId, ref } = await find(params);
    return await replayCaptured(service, environmentId, ref, test_sign_in_id);
  });
  app.post<ByRevision>(`${one}/activate`, async ({ params, body }) => {
    const decision = parse(ActivateRevision, body ?? {});
    const { environmentId, ref } = await find(params);
    return await revisionToWire(await activateRevision(service, environmentId, ref, decision));
  });
  app.post<ByRevision>(`${one}/discard`, async ({ params, body }) => {
    const { by = null } = parse(ByWhom, body ?? {});
    const { environmentId, ref } = await find(params);
    return await revisionToWire(await discardRevision(service, environmentId, ref, by));
  });
  app.post<OfConnection>(`${at}/return`, async ({ params, body }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    const made = await returnToRevision(service, id, params.id, parse(ReturnToRevision, body ?? {}));
    return reply.code(201).send(await revisionToWire(made));
  });
}
