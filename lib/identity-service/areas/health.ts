import type { FastifyInstance } from "fastify";
import { sql } from "../db.ts";
import { METRICS_TYPE } from "../metrics.ts";
import type { Service } from "../service.ts";
import { WireError } from "../wire/errors.ts";

// Whoever looks after the service has to see it when it is busy, too.
const always = { config: { always: true } };

const PING = sql("ping", "SELECT 1");

/** Whether the service is well: what is there from the start. */
export function healthRoutes(app: FastifyInstance, { db, clock, metrics }: Service): void {
  app.get("/health", always, async () => ({ status: "ok" }));
  app.get("/ready", always, async (request, reply) => {
    try {
      await db.query("", PING, []);
      clock();
      return { status: "ready" };
    } catch (error) {
      if (error instanceof WireError) throw error;
      request.log.warn({ requestId: request.id, err: error }, "the database does not answer");
      return reply.code(503).send({ status: "unavailable", message: "The database does not answer." });
    }
  });
  app.get("/metrics", always, async (_request, reply) => reply.type(METRICS_TYPE).send(metrics.render()));
}
