import Fastify, { type FastifyInstance, LogController } from "fastify";
import type { Gateway, RunningPart } from "./gateway.ts";
import { reportOf } from "./report.ts";

/** Where whoever looks after the gateway asks how it is. Before there is a configuration, `running` gives null. */
export function createServer(
  log: Gateway["log"],
  running: () => { gateway: Gateway; parts: readonly RunningPart[]; startedAt: Date } | null,
  version: string,
): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
  });
  app.get("/health", async () => ({ status: "ok" }));
  app.get("/ready", async (request, reply) => {
    const now = running();
    if (!now) return reply.code(503).send({ status: "waiting", message: "There is no configuration yet." });
    try {
      return { status: "ready", ...(await reportOf(now.gateway, now.parts, { ...now, version })) };
    } catch (error) {
      request.log.warn({ err: error }, "the database does not answer");
      return reply.code(503).send({ status: "unavailable", message: "The database does not answer." });
    }
  });
  app.get("/events/stream", async (request, reply) => {
    const part = running()?.parts.find(({ follow }) => follow !== undefined);
    if (!part?.follow)
      return reply.code(503).send({ status: "waiting", message: "No events are handed over here." });
    reply.hijack();
    await part.follow(request.raw, reply.raw);
  });
  app.get("/metrics", async (_request, reply) => {
    const now = running();
    const lines = now ? [...recorded(now.gateway), ...now.parts.flatMap((part) => part.metrics())] : [];
    return reply
      .type("text/plain; version=0.0.4; charset=utf-8")
      .send([...lines, `process_resident_memory_bytes ${process.memoryUsage.rss()}`, ""].join("\n"));
  });
  return app;
}

/** How well the record is kept: what waits on disk, what lies in memory only, and what is lost and not told yet. */
function recorded({ recorder: { state } }: Gateway): string[] {
  return [
    "# TYPE sallyport_gateway_crossings_spool_bytes gauge",
    `sallyport_gateway_crossings_spool_bytes ${state.bytes}`,
    "# TYPE sallyport_gateway_crossings_unsafe gauge",
    `sallyport_gateway_crossings_unsafe ${state.unsafe}`,
    "# TYPE sallyport_gateway_crossings_missing gauge",
    `sallyport_gateway_crossings_missing ${state.missing}`,
  ];
}
