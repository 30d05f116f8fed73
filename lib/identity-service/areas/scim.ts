import type { Area } from "../areas.ts";
import { scimRoutes } from "../scim/routes.ts";

/** What a directory's provider calls. */
export const scimArea: Area = (app, service) => {
  app.register(async (scim) => await scimRoutes(scim, service), { prefix: "/scim/v2.0/:key" });
};
