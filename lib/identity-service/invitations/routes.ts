import type { FastifyInstance } from "fastify";
import { alone } from "../db.ts";
import { getSettings } from "../environments/settings.ts";
import type { Service } from "../service.ts";
import { notFound } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import { createInvitation } from "./create.ts";
import { CreateInvitation, type InvitationRow, invitationToWire, ResendInvitation } from "./invitation.ts";
import { acceptForUser, resendInvitation, revokeInvitation } from "./settle.ts";
import { findInvitationByToken, getInvitation, invitations } from "./store.ts";

interface ById {
  Params: { id: string };
}

export function invitationRoutes(app: FastifyInstance, service: Service): void {
  const { db, sealer, clock, env } = service;
  const viewer = async (environmentId: string) => {
    const { pages } = await getSettings(db, environmentId);
    return (row: InvitationRow) =>
      invitationToWire(row, { sealer, now: clock(), baseUrl: env.baseUrl, pages });
  };
  const toWire = async (environmentId: string, row: InvitationRow) => (await viewer(environmentId))(row);
  const at = "/user_management/invitations";
  app.post(at, async ({ environmentId, body }, reply) => {
    const made = await createInvitation(service, environmentId, parse(CreateInvitation, body));
    return reply.code(201).send(await toWire(environmentId, made));
  });
  app.get<{ Querystring: Params }>(at, async ({ environmentId, query }) => {
    const filter = { email: one(query, "email"), organizationId: one(query, "organization_id") };
    return await readList<InvitationRow, unknown>(
      db,
      environmentId,
      invitations(environmentId, filter),
      readPage(query),
      await viewer(environmentId),
    );
  });
  app.get<{ Params: { token: string } }>(`${at}/by_token/:token`, async ({ environmentId, params }) => {
    const row = await findInvitationByToken(alone(db, environmentId), environmentId, params.token);
    if (!row) throw notFound("Invitation", params.token);
    return await toWire(environmentId, row);
  });
  app.get<ById>(`${at}/:id`, async ({ environmentId, params }) =>
    toWire(environmentId, await getInvitation(db, environmentId, params.id)),
  );
  app.post<ById>(`${at}/:id/accept`, async ({ environmentId, params }) =>
    toWire(environmentId, await acceptForUser(service, environmentId, params.id)),
  );
  app.post<ById>(`${at}/:id/revoke`, async ({ environmentId, params }) =>
    toWire(environmentId, await revokeInvitation(service, environmentId, params.id)),
  );
  app.post<ById>(`${at}/:id/resend`, async ({ environmentId, params, body }) => {
    parse(ResendInvitation, body);
    return await toWire(environmentId, await resendInvitation(service, environmentId, params.id));
  });
}
