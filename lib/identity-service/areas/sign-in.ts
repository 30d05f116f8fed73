import type { Area } from "../areas.ts";
import { requireApiKey } from "../environments/callers.ts";
import { singleLogoutPages } from "../single-logout/routes.ts";
import { logoutRoutes, openSsoRoutes, signInPages } from "../sso/routes.ts";
import { repeatSafely } from "../wire/idempotency.ts";

/** Single sign-on, as browsers, identity providers and applications come to it. */
export const signInArea: Area = (app, service) => {
  signInPages(app, service);
  singleLogoutPages(app, service);
  openSsoRoutes(app, service);
  app.register(async (wire) => {
    requireApiKey(wire, service);
    repeatSafely(wire, service);
    logoutRoutes(wire, service);
  });
};
