import type { FastifyInstance } from "fastify";
import { protocolOf } from "../connections/types.ts";
import { lazy } from "../lazy.ts";
import type { Service } from "../service.ts";
import { findReturn } from "../sso/context.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";

interface ByKey {
  Params: { key: string };
}

const page = { config: { page: true } };
const received = lazy(() => import("./receive.ts"));

/** Where identity providers send browsers to sign out here, and back from signing out there. */
export function singleLogoutPages(app: FastifyInstance, service: Service): void {
  app.get<ByKey>("/sso/saml/slo/:key", page, async ({ params, url }, reply) => {
    const { receiveLogout } = await received();
    // As it stood: the signature is over these very characters.
    const query = url.includes("?") ? url.slice(url.indexOf("?") + 1) : "";
    return await receiveLogout(service, params.key, { binding: "redirect", query }, reply);
  });
  app.post<ByKey & { Body: Params }>("/sso/saml/slo/:key", page, async ({ params, body }, reply) => {
    const { receiveLogout } = await received();
    const [SAMLRequest, SAMLResponse, RelayState] = ["SAMLRequest", "SAMLResponse", "RelayState"].map(
      (name) => one(body ?? {}, name),
    );
    const form = { SAMLRequest, SAMLResponse, RelayState };
    return await receiveLogout(service, params.key, { binding: "post", form }, reply);
  });
  app.get<ByKey & { Querystring: Params }>(
    "/sso/oidc/logout/:key",
    page,
    async ({ params, query }, reply) => {
      const { comeBack } = await received();
      const { connection } = await findReturn(service, params.key, null);
      if (protocolOf(connection) !== "oidc")
        throw new WireError(404, { message: "There is no OIDC connection at this address." });
      return await comeBack(service, connection.id, one(query, "state") ?? "", reply);
    },
  );
}
