import type { FastifyInstance } from "fastify";
import { VERSION } from "#lib/shared/version.ts";
import type { Whole } from "../areas.ts";
import type { Capability } from "../wire/capabilities.ts";

/** GET /sallyport/v1/capabilities: what of WorkOS's API an application finds here. */
export function capabilityRoutes(app: FastifyInstance, whole: Whole): void {
  app.get("/capabilities", async () => {
    const data = await whole.capabilities();
    const count = (state: Capability["state"]) => data.filter((each) => each.state === state).length;
    return {
      object: "capabilities",
      version: VERSION,
      counts: {
        works: count("works"),
        works_differently: count("works_differently"),
        not_offline: count("not_offline"),
      },
      data,
    };
  });
}
