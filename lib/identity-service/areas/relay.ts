import type { Area } from "../areas.ts";
import { relayRoutes } from "../relay/routes.ts";

/** What the site's boundary gateway calls. */
export const relayArea: Area = (app, service) => {
  app.register(async (relay) => relayRoutes(relay, service), { prefix: "/relay" });
};
