import type { FastifyInstance } from "fastify";
import { deviceGrant } from "../devices/grant.ts";
import type { Service } from "../service.ts";
import { sessionInBrowser } from "../sessions/in-browser.ts";
import { oauthError, WireError } from "../wire/errors.ts";
import { invalidClient, readClient, secretOf } from "./client.ts";
import { readForm } from "./form.ts";
import { GRANTS } from "./grants.ts";

const ALL: typeof GRANTS = { ...GRANTS, "urn:ietf:params:oauth:grant-type:device_code": deviceGrant };

/** POST /user_management/authenticate: asks for its own proof of who calls, and may be called from browsers. */
export function authenticateRoutes(app: FastifyInstance, service: Service): void {
  app.post("/user_management/authenticate", async (request, reply) => {
    reply.headers({ "cache-control": "no-store", pragma: "no-cache" });
    const form = readForm(request);
    const grantType = form.required("grant_type");
    const grant = Object.hasOwn(ALL, grantType) ? ALL[grantType] : undefined;
    if (!grant)
      throw oauthError("unsupported_grant_type", `The grant_type '${grantType.slice(0, 100)}' is not known.`);
    const secret = secretOf(request, form.optional("client_secret"));
    const client = await readClient(service, form.required("client_id"), secret);
    if (!grant.open && !client.confidential) throw invalidClient();
    const inBrowser = await sessionInBrowser(service, request, reply, client);
    if (!inBrowser) return await grant.carryOut(service, client, form);
    try {
      const answer = await grant.carryOut(service, client, inBrowser.complete(form));
      inBrowser.keep(answer.refresh_token);
      return answer;
    } catch (error) {
      // The cookie's token is over: the page shall not come with it again.
      const isCookies = grantType === "refresh_token" && !form.optional("refresh_token");
      if (isCookies && error instanceof WireError && error.body.error === "invalid_grant") inBrowser.forget();
      throw error;
    }
  });
}
