import type { FastifyInstance } from "fastify";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { type FailureRow, failures, failureToWire, signInHours } from "../sso/last-day.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params } from "../wire/params.ts";

interface InEnvironment {
  Params: { env: string };
  Querystring: Params;
}

/** How sign-ins through connections went in the last day: of an environment, or of one of its organizations. */
export function signInRoutes(app: FastifyInstance, { db, clock }: Service): void {
  const path = "/environments/:env/sign_ins";
  app.get<InEnvironment>(`${path}/hours`, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    return await signInHours(db, id, one(query, "organization_id") ?? null, clock());
  });
  app.get<InEnvironment>(`${path}/failures`, async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const source = failures(id, one(query, "organization_id") ?? null, clock());
    const toWire = (row: FailureRow) => failureToWire(row, clock());
    return await readList<FailureRow, unknown>(db, id, source, readPage(query), toWire);
  });
}
