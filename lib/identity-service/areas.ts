import type { FastifyInstance } from "fastify";
import type { Service } from "./service.ts";
import type { Capability } from "./wire/capabilities.ts";

/** Puts the routes of one area on an app of its own. */
export type Area = (app: FastifyInstance, service: Service, whole: Whole) => void;

/** What one area may ask about all of them. */
export interface Whole {
  capabilities(): Promise<Capability[]>;
}

export type AreaName = "health" | LazyName;
type LazyName = keyof typeof LAZY;

// Not there from the start: the code and the routes of an area cost time and memory, and many a service needs few of them.
const LAZY = {
  sign_in: async (): Promise<Area> => (await import("./areas/sign-in.ts")).signInArea,
  scim: async (): Promise<Area> => (await import("./areas/scim.ts")).scimArea,
  relay: async (): Promise<Area> => (await import("./areas/relay.ts")).relayArea,
  management: async (): Promise<Area> => (await import("./areas/management.ts")).managementArea,
  api: async (): Promise<Area> => (await import("./areas/api.ts")).apiArea,
};

/** Which area answers an address. */
export function areaOf(url: string): AreaName {
  if (url.startsWith("/sso/")) return "sign_in";
  if (/^\/(health|ready|metrics)/.test(url)) return "health";
  if (url.startsWith("/scim/")) return "scim";
  if (url.startsWith("/relay/")) return "relay";
  if (url.startsWith("/sallyport/")) return "management";
  return "api";
}

export interface Areas {
  /** The area's app, loaded with the first request for it. */
  open(name: LazyName): Promise<FastifyInstance>;
  openAll(): Promise<void>;
  close(): Promise<void>;
}

export function lazyAreas(service: Service, whole: Whole, makeApp: () => FastifyInstance): Areas {
  const opened = new Map<LazyName, Promise<FastifyInstance>>();
  const load = async (name: LazyName) => {
    const area = await LAZY[name]();
    const app = makeApp();
    area(app, service, whole);
    await app.ready();
    return app;
  };
  const open = (name: LazyName) => {
    const known = opened.get(name);
    if (known) return known;
    const loading = load(name);
    opened.set(name, loading);
    // The next request tries again.
    loading.catch(() => opened.delete(name));
    return loading;
  };
  return {
    open,
    async openAll() {
      await Promise.all((Object.keys(LAZY) as LazyName[]).map(open));
    },
    async close() {
      const apps = await Promise.allSettled(opened.values());
      await Promise.all(apps.map((app) => (app.status === "fulfilled" ? app.value.close() : undefined)));
    },
  };
}
