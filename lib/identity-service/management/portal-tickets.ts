import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { getEnvironment } from "../environments/store.ts";
import { getOrganization } from "../organizations/store.ts";
import { readPortalToken } from "../portal/portal.ts";
import type { Service } from "../service.ts";
import { parse } from "../wire/params.ts";

export const ReadTicket = z.object({ token: z.string().max(8_000) });

/** Has the token of a portal link read for the console, whose portal the link leads on to. It uses nothing up. */
export function portalTicketRoutes(app: FastifyInstance, service: Service): void {
  app.post<{ Params: { env: string } }>(
    "/environments/:env/portal_tickets/read",
    async ({ params, body }) => {
      const { id } = await getEnvironment(service.db, params.env);
      const read = await readPortalToken(service, parse(ReadTicket, body).token);
      if (read.state !== "valid") return { state: read.state };
      // Another environment's, however genuine, is none of this one's.
      if (read.environmentId !== id) return { state: "not_genuine" };
      const { sub, intent, return_url, success_url, exp } = read.claims;
      const organization = await getOrganization(service.db, id, sub);
      return {
        state: read.state,
        organization: { id: organization.id, name: organization.name },
        ...{ intent, return_url, success_url },
        expires_at: new Date(exp * 1_000).toISOString(),
      };
    },
  );
}
