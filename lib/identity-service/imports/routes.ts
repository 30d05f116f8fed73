import type { FastifyInstance } from "fastify";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { importBatch } from "./batch.ts";
import { connectionImport } from "./connections.ts";
import { membershipImport } from "./memberships.ts";
import { organizationImport } from "./organizations.ts";
import { userImport } from "./users.ts";

/** In the order in which they lean on each other. */
export const IMPORTS = {
  organizations: organizationImport,
  connections: connectionImport,
  users: userImport,
  memberships: membershipImport,
};

/** What moves here from another service keeps its ids, so that an application finds everything where it was. */
export function importRoutes(app: FastifyInstance, service: Service): void {
  for (const [name, kind] of Object.entries(IMPORTS))
    app.post<{ Params: { env: string } }>(`/environments/:env/imports/${name}`, async ({ params, body }) => {
      const { id } = await getEnvironment(service.db, params.env);
      return await importBatch(service, id, kind, body);
    });
}
