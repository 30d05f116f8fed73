import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { FastifyInstance } from "fastify";
import { healthRoutes } from "./areas/health.ts";
import { type Areas, areaOf, lazyAreas } from "./areas.ts";
import type { Service } from "./service.ts";
import type { TlsOptions } from "./tls.ts";
import { createApp, loggerOptions } from "./wire/app.ts";
import { capabilitiesOf } from "./wire/capabilities.ts";

const TIMEOUTS = { requestTimeout: 30_000, keepAliveTimeout: 65_000 };

/**
 * The HTTP server, or the HTTPS server where it is given a certificate. It does not listen yet. Whether it is well can be
 * asked from the start; every area is there with the first request for it.
 */
export function createServer(service: Service, tls: TlsOptions | null = null): FastifyInstance {
  const routes = new Set<string>();
  const app = createApp(service, routes, {
    ...loggerOptions(service.env.logLevel),
    serverFactory: (health) => {
      const answer = (request: IncomingMessage, response: ServerResponse) =>
        dispatch(request, response, {
          health,
          areas,
          failed: (error) => app.log.error({ err: error }, "an area cannot be loaded"),
        });
      return tls
        ? (createHttpsServer({ ...TIMEOUTS, ...tls }, answer) as unknown as Server)
        : createHttpServer(TIMEOUTS, answer);
    },
  });
  const areas = lazyAreas(
    service,
    {
      async capabilities() {
        await areas.openAll();
        return capabilitiesOf(routes);
      },
    },
    () => createApp(service, routes, { loggerInstance: app.log }),
  );
  app.addHook("onClose", async () => {
    service.load.stop();
    await areas.close();
  });
  healthRoutes(app, service);
  return app;
}

interface Ways {
  health: (request: IncomingMessage, response: ServerResponse) => void;
  areas: Areas;
  failed: (error: unknown) => void;
}

function dispatch(request: IncomingMessage, response: ServerResponse, { health, areas, failed }: Ways): void {
  // A HEAD is a GET whose body is not sent, which the response knows already. Half the routes this way.
  if (request.method === "HEAD") request.method = "GET";
  const name = areaOf(request.url ?? "/");
  if (name === "health") {
    health(request, response);
    return;
  }
  areas.open(name).then(
    (area) => area.routing(request, response),
    (error: unknown) => {
      failed(error);
      response.writeHead(500, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify({ message: "Something went wrong." }));
    },
  );
}
