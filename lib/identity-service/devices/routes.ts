import type { FastifyInstance } from "fastify";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { readClient } from "../authentication/client.ts";
import { readForm } from "../authentication/form.ts";
import type { Service } from "../service.ts";
import { spendFrom } from "../wire/rate-limit.ts";
import { INTERVAL_S, insertDeviceCode, LIFE_S, type OfApplication } from "./store.ts";

// Anybody may ask, and each code lasts for minutes: not so many that guessing one becomes easy.
const DEVICE_CODES = { count: 60, windowMs: MINUTE_MS };

/** POST /user_management/authorize/device (RFC 8628, section 3.1) */
export function deviceRoutes(app: FastifyInstance, service: Service): void {
  app.post("/user_management/authorize/device", async (request, reply) => {
    reply.headers({ "cache-control": "no-store", pragma: "no-cache" });
    const client = await readClient(service, readForm(request).required("client_id"), null);
    return await newDevice(service, client.environmentId, request.ip, null);
  });
}

/** What a device is told: the code it polls with, and the one it shows to its person (RFC 8628, section 3.2). */
export async function newDevice(
  service: Service,
  environmentId: string,
  ipAddress: string,
  of: OfApplication | null,
) {
  await spendFrom(service.db, "device_codes", ipAddress, DEVICE_CODES);
  const { deviceCode, userCode } = await insertDeviceCode(service, environmentId, of);
  const address = `${service.env.baseUrl}/authkit/device`;
  return {
    device_code: deviceCode,
    user_code: userCode,
    verification_uri: address,
    verification_uri_complete: `${address}?user_code=${userCode}`,
    expires_in: LIFE_S,
    interval: INTERVAL_S,
  };
}
