import { createServer, type Server, type ServerResponse } from "node:http";
import { env } from "#lib/platform/env.ts";
import { isReady, metrics } from "#lib/platform/health.ts";

/** Tells a service manager that the worker lives and can work, and Prometheus how it does. */
export function serveHealth(): Promise<Server> {
  const server = createServer((request, response) => void answer(request.url ?? "", response));
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(env().workerPort, env().workerHost, () => resolve(server));
  });
}

async function answer(path: string, response: ServerResponse): Promise<void> {
  if (path === "/health") return send(response, 200, "ok");
  if (path === "/ready")
    return (await isReady()) ? send(response, 200, "ok") : send(response, 503, "no database");
  if (path !== "/metrics") return send(response, 404, "not found");
  const { contentType, body } = await metrics();
  send(response, 200, body, contentType);
}

function send(response: ServerResponse, status: number, body: string, contentType = "text/plain"): void {
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store" }).end(body);
}
