import type { FastifyInstance } from "fastify";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { parse } from "../wire/params.ts";
import { receive } from "./receive.ts";
import { getRelay, relayToWire, removeRelay, SetRelay, setRelay } from "./relay.ts";

interface InEnvironment {
  Params: { env: string };
}

/** Events are of four million characters at most, which may be three bytes each. */
const BODY_BYTES_MAX = 12_000_000;

/** Where the boundary gateway hands events over, one request each, signed over the bytes of its body. */
export function relayRoutes(app: FastifyInstance, service: Service): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, async (_request: unknown, body: Buffer) => body);
  app.post<InEnvironment>("/:env", { bodyLimit: BODY_BYTES_MAX }, async ({ params, headers, body }) => {
    const header = headers["workos-signature"];
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    return await receive(service, params.env, typeof header === "string" ? header : undefined, bytes);
  });
}

/** Whether an environment is handed events, and by which secret. */
export function managedRelayRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  const at = "/environments/:env/event_relay";
  app.get<InEnvironment>(at, async ({ params }) => relayToWire(await getRelay(db, params.env), service));
  app.put<InEnvironment>(at, async ({ params, body }) => {
    const { id } = await getEnvironment(db, params.env);
    return relayToWire(await setRelay(service, id, parse(SetRelay, body)), service);
  });
  app.delete<InEnvironment>(at, async ({ params }, reply) => {
    await removeRelay(db, params.env);
    return reply.code(204).send();
  });
}
