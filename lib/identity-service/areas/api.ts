import { ownedApiKeyRoutes } from "../api-keys/routes.ts";
import type { Area } from "../areas.ts";
import { auditLogRetentionRoutes, auditLogRoutes, exportDownload } from "../audit-logs/routes.ts";
import { authenticateRoutes } from "../authentication/routes.ts";
import { organizationRoleRoutes, permissionRoutes, roleRoutes } from "../authorization/routes.ts";
import { authorizedApplicationRoutes, connectRoutes } from "../connect/routes.ts";
import { connectionRoutes } from "../connections/routes.ts";
import { corsOriginRoutes } from "../cors/origins.ts";
import { deviceRoutes } from "../devices/routes.ts";
import { directoryPeopleRoutes, directoryRoutes } from "../directories/routes.ts";
import { requireApiKey } from "../environments/callers.ts";
import { redirectUriRoutes } from "../environments/redirect-uris.ts";
import { eventRoutes } from "../events/routes.ts";
import { factorRoutes, userFactorRoutes } from "../factors/routes.ts";
import { featureFlagRoutes } from "../feature-flags/routes.ts";
import { groupMemberRoutes, groupRoutes } from "../groups/routes.ts";
import { hostedPages } from "../hosted/routes.ts";
import { invitationRoutes } from "../invitations/routes.ts";
import { jwtTemplateRoutes } from "../jwt-template/routes.ts";
import { membershipRoutes } from "../memberships/routes.ts";
import { oauthServerRoutes } from "../oauth-server/routes.ts";
import { codeRoutes, passwordResetRoutes } from "../one-time/routes.ts";
import { organizationDomainRoutes, organizationRoutes } from "../organizations/routes.ts";
import { magicLinkPages, passwordlessRoutes } from "../passwordless/routes.ts";
import { portalPage, portalRoutes } from "../portal/portal.ts";
import { accessRoutes } from "../resources/access-routes.ts";
import { groupRoleAssignmentRoutes, roleAssignmentRoutes } from "../resources/assignment-routes.ts";
import { resourceRoutes } from "../resources/routes.ts";
import { sessionRoutes, signOutPages } from "../sessions/routes.ts";
import { userRoutes } from "../users/routes.ts";
import { vaultRoutes } from "../vault/routes.ts";
import { webhookRoutes } from "../webhooks/routes.ts";
import { widgetRoutes } from "../widgets/routes.ts";
import { repeatSafely } from "../wire/idempotency.ts";

/** What applications call with their API key, and the pages and addresses that ask for another proof. */
export const apiArea: Area = (app, service) => {
  portalPage(app, service);
  exportDownload(app, service);
  magicLinkPages(app, service);
  authenticateRoutes(app, service);
  deviceRoutes(app, service);
  oauthServerRoutes(app, service);
  hostedPages(app, service);
  signOutPages(app, service);
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
      resourceRoutes,
      accessRoutes,
      roleAssignmentRoutes,
      groupRoleAssignmentRoutes,
      eventRoutes,
      webhookRoutes,
      widgetRoutes,
      portalRoutes,
    ])
      routes(wire, service);
  });
};
