import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type Database, EVERY_ENVIRONMENT, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { environmentOf } from "../sso/clients.ts";

/** What applications in browsers call by themselves, with no API key, and how. */
const OPEN_PATHS: Readonly<Record<string, string>> = {
  "/user_management/authenticate": "POST",
  "/sso/jwks/:clientId": "GET",
};

const KNOWN_ANYWHERE = sql(
  "cors_origin_known_anywhere",
  "SELECT id FROM identity.cors_origins WHERE origin = $1 LIMIT 1",
);
const KNOWN = sql(
  "cors_origin_known",
  "SELECT id FROM identity.cors_origins WHERE environment_id = $1 AND origin = $2",
);

/**
 * Lets pages of an environment's registered origins read what the public endpoints answer them. The question that a browser
 * asks beforehand names no client: it is answered for an origin that any environment knows, and gives nothing away.
 */
export function allowBrowsers(app: FastifyInstance, service: Service): void {
  app.addHook("preHandler", async (request, reply) => {
    const { origin } = request.headers;
    if (!origin || OPEN_PATHS[request.routeOptions.url ?? ""] !== request.method) return;
    reply.header("vary", "Origin");
    if (await isKnown(service, request, origin)) allow(reply, origin);
  });
  for (const [path, method] of Object.entries(OPEN_PATHS))
    app.options(path, async (request, reply) => {
      const { origin } = request.headers;
      reply.header("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
      const known =
        origin && (await service.db.query(EVERY_ENVIRONMENT, KNOWN_ANYWHERE, [origin])).length > 0;
      if (known)
        allow(reply, origin).headers({
          "access-control-allow-methods": method,
          "access-control-allow-headers": "Content-Type",
          "access-control-max-age": "600",
        });
      return reply.code(204).send();
    });
}

async function isKnown(service: Service, request: FastifyRequest, origin: string): Promise<boolean> {
  const { client_id } = (request.body ?? {}) as { client_id?: unknown };
  const { clientId = client_id } = request.params as { clientId?: unknown };
  if (typeof clientId !== "string") return false;
  const environmentId = await environmentOf(service, clientId);
  return environmentId !== null && (await isRegisteredOrigin(service.db, environmentId, origin));
}

export async function isRegisteredOrigin(
  db: Database,
  environmentId: string,
  origin: string,
): Promise<boolean> {
  return (await db.query(environmentId, KNOWN, [environmentId, origin])).length > 0;
}

function allow(reply: FastifyReply, origin: string): FastifyReply {
  return reply.headers({
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "X-Request-ID, Retry-After",
  });
}
