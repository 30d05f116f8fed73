import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance, type FastifyServerOptions, LogController } from "fastify";
import { allowBrowsers } from "../cors/browsers.ts";
import { describeCallers } from "../environments/callers.ts";
import { shedLoad } from "../load.ts";
import type { Service } from "../service.ts";
import { readBodies } from "./bodies.ts";
import { watchRoutes } from "./capabilities.ts";
import { answerFailure } from "./failures.ts";
import { notOffered } from "./not-offered.ts";

// A SAML response with many groups is large; nothing else is.
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** What every area has in common: bodies, failures, request ids, figures, the log. `routes` is told what is registered. */
export function createApp(
  service: Service,
  routes: Set<string>,
  options: FastifyServerOptions,
): FastifyInstance {
  const app = Fastify({
    ...options,
    // One line a request, written below; not the address, which Fastify would log.
    logController: new LogController({ disableRequestLogging: true }),
    // A logger for each request would cost more than a line in the log; what is logged names its request.
    childLoggerFactory: (logger) => logger,
    bodyLimit: BODY_BYTES_MAX,
    // Without a proxy of one's own, nobody's word for an address counts.
    trustProxy: (_address: string, hop: number) => hop < service.env.trustedProxies,
    genReqId: () => randomUUID(),
    // An address that cannot be read: in the wire's shape, where Fastify's own would be taken for OAuth's.
    frameworkErrors: answerFailure,
    exposeHeadRoutes: false,
    routerOptions: { maxParamLength: 1_000, ignoreTrailingSlash: true },
  });
  watchRoutes(app, routes);
  readBodies(app);
  describeCallers(app);
  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler((request) => {
    throw notOffered(request.method, request.url);
  });
  app.addHook("onRequest", (request, reply, done) => {
    reply.header("x-request-id", request.id);
    done();
  });
  shedLoad(app, service);
  app.addHook("onResponse", (request, reply, done) => {
    const { id, method } = request;
    const route = request.routeOptions.url ?? "unknown";
    const status = reply.statusCode;
    service.metrics.observe({ method, route, status }, reply.elapsedTime / 1_000);
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    // The route, not the address: addresses carry codes, states and tokens.
    app.log.info({ requestId: id, method, route, status, ms }, "request");
    done();
  });
  allowBrowsers(app, service);
  return app;
}

const SECRETS = [
  "authorization",
  "cookie",
  "client_secret",
  "code",
  "code_verifier",
  "token",
  "value",
  "SAMLResponse",
];

export function loggerOptions(level: string): Pick<FastifyServerOptions, "logger"> {
  if (level === "silent") return { logger: false };
  const paths = SECRETS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]);
  return { logger: { level, redact: { paths, censor: "[redacted]" } } };
}
