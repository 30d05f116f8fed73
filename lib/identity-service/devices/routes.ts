import type { FastifyInstance } from "fastify";
import { readClient } from "../authentication/client.ts";
import { readForm } from "../authentication/form.ts";
import type { Service } from "../service.ts";
import { INTERVAL_S, insertDeviceCode, LIFE_S } from "./store.ts";

/** POST /user_management/authorize/device (RFC 8628, section 3.1) */
export function deviceRoutes(app: FastifyInstance, service: Service): void {
  app.post("/user_management/authorize/device", async (request, reply) => {
    reply.headers({ "cache-control": "no-store", pragma: "no-cache" });
    const client = await readClient(service, readForm(request).required("client_id"), null);
    const { deviceCode, userCode } = await insertDeviceCode(service, client.environmentId);
    const address = `${service.env.baseUrl}/authkit/device`;
    return {
      device_code: deviceCode,
      user_code: userCode,
      verification_uri: address,
      verification_uri_complete: `${address}?user_code=${userCode}`,
      expires_in: LIFE_S,
      interval: INTERVAL_S,
    };
  });
}
