import type { Area } from "../areas.ts";
import { managedCorsOriginRoutes } from "../cors/origins.ts";
import { requireManagementToken } from "../environments/callers.ts";
import { importRoutes } from "../imports/routes.ts";
import { capabilityRoutes } from "../management/capabilities.ts";
import { managedConnectionRoutes, testAndTraceRoutes } from "../management/connections.ts";
import {
  directorySyncRoutes,
  directoryTokenRoutes,
  ldapProbeRoutes,
  managedDirectoryRoutes,
} from "../management/directories.ts";
import { directoryContentRoutes, directoryRoleRoutes } from "../management/directory-people.ts";
import { managedDomainRoutes } from "../management/domains.ts";
import {
  apiKeyRoutes,
  environmentRedirectUriRoutes,
  environmentRoutes,
  signingKeyRoutes,
} from "../management/environments.ts";
import { managedFlagRoutes } from "../management/feature-flags.ts";
import { clockRoutes, hostRoutes } from "../management/host.ts";
import { impersonationRoutes } from "../management/impersonation.ts";
import { inspectionRoutes } from "../management/inspection.ts";
import { portalTicketRoutes } from "../management/portal-tickets.ts";
import { revisionRoutes } from "../management/revisions.ts";
import { signInRoutes } from "../management/sign-ins.ts";
import { tokenRoutes } from "../management/tokens.ts";
import { messageRoutes } from "../messages/routes.ts";
import { openApiRoutes } from "../openapi/routes.ts";
import { managedRelayRoutes } from "../relay/routes.ts";
import { managedWebhookRoutes } from "../webhooks/routes.ts";
import { repeatSafely } from "../wire/idempotency.ts";

/** What a console calls, for what is done in a dashboard otherwise. */
export const managementArea: Area = (app, service, whole) => {
  hostRoutes(app, service);
  openApiRoutes(app, service);
  app.register(
    async (management) => {
      requireManagementToken(management, service);
      repeatSafely(management, service);
      capabilityRoutes(management, whole);
      for (const routes of [
        environmentRoutes,
        apiKeyRoutes,
        environmentRedirectUriRoutes,
        managedCorsOriginRoutes,
        signingKeyRoutes,
        managedConnectionRoutes,
        impersonationRoutes,
        managedWebhookRoutes,
        managedRelayRoutes,
        messageRoutes,
        testAndTraceRoutes,
        revisionRoutes,
        signInRoutes,
        portalTicketRoutes,
        managedDomainRoutes,
        inspectionRoutes,
        managedDirectoryRoutes,
        directoryTokenRoutes,
        directoryContentRoutes,
        directoryRoleRoutes,
        directorySyncRoutes,
        ldapProbeRoutes,
        managedFlagRoutes,
        importRoutes,
        tokenRoutes,
        clockRoutes,
      ])
        routes(management, service);
    },
    { prefix: "/sallyport/v1" },
  );
};
