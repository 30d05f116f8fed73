import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";
import { parse } from "../wire/params.ts";
import { followMagicLink, magicLinkPage } from "./page.ts";
import { CreateSession, createSession, sendSession } from "./session.ts";

interface ByToken {
  Params: { token: string };
}

/** Sign-in by a link. WorkOS calls it outdated, and no document of it says a word, but every SDK has it. */
export function passwordlessRoutes(app: FastifyInstance, service: Service): void {
  app.post("/passwordless/sessions", async ({ environmentId, body }, reply) =>
    reply.code(201).send(await createSession(service, environmentId, parse(CreateSession, body))),
  );
  app.post<{ Params: { id: string } }>(
    "/passwordless/sessions/:id/send",
    async ({ environmentId, params }) => {
      await sendSession(service, environmentId, params.id);
      return { success: true };
    },
  );
}

export function magicLinkPages(app: FastifyInstance, service: Service): void {
  const page = { config: { page: true } };
  app.get<ByToken>("/passwordless/:token", page, (request, reply) =>
    magicLinkPage(service, request.params.token, reply),
  );
  app.post<ByToken>("/passwordless/:token", page, (request, reply) =>
    followMagicLink(service, request.params.token, reply),
  );
}
