import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { FastifyInstance } from "fastify";
import { signInArea } from "./areas/sign-in.ts";
import { type Areas, areaOf, lazyAreas } from "./areas.ts";
import { randomUUID } from "node:crypto";
import Fastify, { type FastifyInstance, LogController } from "fastify";
import { ownedApiKeyRoutes } from "./api-keys/routes.ts";
import { auditLogRetentionRoutes, auditLogRoutes, exportDownload } from "./audit-logs/routes.ts";
import { authenticateRoutes } from "./authentication/routes.ts";
import { organizationRoleRoutes, permissionRoutes, roleRoutes } from "./authorization/routes.ts";
import { authorizedApplicationRoutes, connectRoutes } from "./connect/routes.ts";
import { connectionRoutes } from "./connections/routes.ts";
import { allowBrowsers } from "./cors/browsers.ts";
import { corsOriginRoutes, managedCorsOriginRoutes } from "./cors/origins.ts";
import { sql } from "./db.ts";
import { deviceRoutes } from "./devices/routes.ts";
import { directoryPeopleRoutes, directoryRoutes } from "./directories/routes.ts";
import { describeCallers, requireApiKey, requireManagementToken } from "./environments/callers.ts";
import { redirectUriRoutes } from "./environments/redirect-uris.ts";
import { eventRoutes } from "./events/routes.ts";
import { factorRoutes, userFactorRoutes } from "./factors/routes.ts";
import { featureFlagRoutes } from "./feature-flags/routes.ts";
import { groupMemberRoutes, groupRoutes } from "./groups/routes.ts";
import { hostedPages } from "./hosted/routes.ts";
import { invitationRoutes } from "./invitations/routes.ts";
import { jwtTemplateRoutes } from "./jwt-template/routes.ts";
import { capabilityRoutes } from "./management/capabilities.ts";
import { managedConnectionRoutes, metadataRoutes, testAndTraceRoutes } from "./management/connections.ts";
import {
  directoryRoleRoutes,
  directorySyncRoutes,
  directoryTokenRoutes,
  managedDirectoryRoutes,
} from "./management/directories.ts";
import {
  apiKeyRoutes,
  environmentRedirectUriRoutes,
  environmentRoutes,
  signingKeyRoutes,
} from "./management/environments.ts";
import { managedFlagRoutes } from "./management/feature-flags.ts";
import { clockRoutes, hostRoutes } from "./management/host.ts";
import { impersonationRoutes } from "./management/impersonation.ts";
import { tokenRoutes } from "./management/tokens.ts";
import { membershipRoutes } from "./memberships/routes.ts";
import { messageRoutes } from "./messages/routes.ts";
import { METRICS_TYPE } from "./metrics.ts";
import { oauthServerRoutes } from "./oauth-server/routes.ts";
import { codeRoutes, passwordResetRoutes } from "./one-time/routes.ts";
import { organizationDomainRoutes, organizationRoutes } from "./organizations/routes.ts";
import { magicLinkPages, passwordlessRoutes } from "./passwordless/routes.ts";
import { portalPage, portalRoutes } from "./portal/portal.ts";
import { scimRoutes } from "./scim/routes.ts";
import type { Service } from "./service.ts";
import type { TlsOptions } from "./tls.ts";
import { createApp, loggerOptions } from "./wire/app.ts";
import { capabilitiesOf } from "./wire/capabilities.ts";
import { userRoutes } from "./users/routes.ts";
import { vaultRoutes } from "./vault/routes.ts";
import { managedWebhookRoutes, webhookRoutes } from "./webhooks/routes.ts";
import { widgetRoutes } from "./widgets/routes.ts";
import { readBodies } from "./wire/bodies.ts";
import { watchCapabilities } from "./wire/capabilities.ts";
import { WireError } from "./wire/errors.ts";
import { answerFailure } from "./wire/failures.ts";
import { repeatSafely } from "./wire/idempotency.ts";
import { notOffered } from "./wire/not-offered.ts";

const TIMEOUTS = { requestTimeout: 30_000, keepAliveTimeout: 65_000 };

/**
 * The HTTP server, or the HTTPS server where it is given a certificate. It does not listen yet. Signing in is there from the
 * start, every other area with the first request for it.
 */
export function createServer(service: Service, tls: TlsOptions | null = null): FastifyInstance {
  const routes = new Set<string>();
  const app = createApp(service, routes, {
    ...loggerOptions(service.env.logLevel),
    serverFactory: (signIn) => {
      const answer = (request: IncomingMessage, response: ServerResponse) =>
        dispatch(request, response, {
          signIn,
          areas,
          failed: (error) => app.log.error({ err: error }, "an area cannot be loaded"),
        });
      return tls
        ? (createHttpsServer({ ...TIMEOUTS, ...tls }, answer) as unknown as Server)
        : createHttpServer(TIMEOUTS, answer);
  const app: FastifyInstance = Fastify({
    ...(tls ? ({ https: tls } as object) : {}),
    logger: loggerOptions(service.env.logLevel),
    // One line a request, written below; not the address, which Fastify would log.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_BYTES_MAX,
    // Without a proxy of one's own, nobody's word for an address counts.
    trustProxy: (_address: string, hop: number) => hop < service.env.trustedProxies,
    requestTimeout: 30_000,
    keepAliveTimeout: 65_000,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 1_000, ignoreTrailingSlash: true },
  });
  const capabilities = watchCapabilities(app);
  readBodies(app);
  describeCallers(app);
  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler((request) => {
    throw notOffered(request.method, request.url);
  });
  app.addHook("onRequest", async (request, reply) => {
    reply.header("x-request-id", request.id);
  });
  app.addHook("onResponse", async (request, reply) => {
    const route = request.routeOptions.url ?? "unknown";
    service.metrics.observe(
      { method: request.method, route, status: reply.statusCode },
      reply.elapsedTime / 1_000,
    );
    // The route, not the address: addresses carry codes, states and tokens.
    const { id, method } = request;
    const line = {
      requestId: id,
      method,
      route,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    };
    request.log.info(line, "request");
  });
  allowBrowsers(app, service);
  healthRoutes(app, service);
  hostRoutes(app, service);
  signInPages(app, service);
  openSsoRoutes(app, service);
  portalPage(app, service);
  exportDownload(app, service);
  magicLinkPages(app, service);
  authenticateRoutes(app, service);
  deviceRoutes(app, service);
  oauthServerRoutes(app, service);
  hostedPages(app, service);
  signOutPages(app, service);
  app.register(async (scim) => await scimRoutes(scim, service), { prefix: "/scim/v2.0/:key" });
  app.register(async (wire) => {
    requireApiKey(wire, service);
    repeatSafely(wire, service);
    for (const routes of [
      organizationRoutes,
      organizationDomainRoutes,
      connectionRoutes,
      connectRoutes,
      authorizedApplicationRoutes,
      directoryRoutes,
      directoryPeopleRoutes,
      redirectUriRoutes,
      userRoutes,
      userFactorRoutes,
      factorRoutes,
      sessionRoutes,
      jwtTemplateRoutes,
      membershipRoutes,
      codeRoutes,
      passwordResetRoutes,
      invitationRoutes,
      groupRoutes,
      groupMemberRoutes,
      corsOriginRoutes,
      featureFlagRoutes,
      ownedApiKeyRoutes,
      auditLogRoutes,
      auditLogRetentionRoutes,
      vaultRoutes,
      passwordlessRoutes,
      permissionRoutes,
      roleRoutes,
      organizationRoleRoutes,
      eventRoutes,
      webhookRoutes,
      widgetRoutes,
      portalRoutes,
      logoutRoutes,
    ])
      routes(wire, service);
  });
  app.register(
    async (management) => {
      requireManagementToken(management, service);
      repeatSafely(management, service);
      capabilityRoutes(management, capabilities);
      for (const routes of [
        environmentRoutes,
        apiKeyRoutes,
        environmentRedirectUriRoutes,
        managedCorsOriginRoutes,
        signingKeyRoutes,
        managedConnectionRoutes,
        impersonationRoutes,
        managedWebhookRoutes,
        messageRoutes,
        testAndTraceRoutes,
        metadataRoutes,
        managedDirectoryRoutes,
        directoryTokenRoutes,
        directoryRoleRoutes,
        directorySyncRoutes,
        managedFlagRoutes,
        tokenRoutes,
        clockRoutes,
      ])
        routes(management, service);
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
  app.addHook("onClose", async () => await areas.close());
  signInArea(app, service);
  return app;
}

interface Ways {
  signIn: (request: IncomingMessage, response: ServerResponse) => void;
  areas: Areas;
  failed: (error: unknown) => void;
}

function dispatch(request: IncomingMessage, response: ServerResponse, { signIn, areas, failed }: Ways): void {
  // A HEAD is a GET whose body is not sent, which the response knows already. Half the routes this way.
  if (request.method === "HEAD") request.method = "GET";
  const name = areaOf(request.url ?? "/");
  if (name === "sign_in") {
    signIn(request, response);
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
