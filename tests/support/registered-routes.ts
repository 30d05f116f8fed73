import { apiArea } from "#lib/identity-service/areas/api.ts";
import { managementArea } from "#lib/identity-service/areas/management.ts";
import { scimArea } from "#lib/identity-service/areas/scim.ts";
import { signInArea } from "#lib/identity-service/areas/sign-in.ts";
import type { Service } from "#lib/identity-service/service.ts";
import { createApp } from "#lib/identity-service/wire/app.ts";

/** A route as it is registered: `/organizations/:id`. */
export interface RegisteredRoute {
  method: string;
  url: string;
}

/** Every route of every area, in the order they are registered. */
export async function registeredRoutes(parts: Service): Promise<RegisteredRoute[]> {
  const routes: RegisteredRoute[] = [];
  for (const area of [signInArea, apiArea, scimArea, managementArea]) {
    const app = createApp(parts, new Set(), { logger: false });
    app.addHook("onRoute", ({ method, url }) => {
      for (const each of [method].flat()) routes.push({ method: each, url });
    });
    area(app, parts, { capabilities: async () => [] });
    await app.ready();
    await app.close();
  }
  return routes;
}
