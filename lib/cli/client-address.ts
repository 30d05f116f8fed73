import { subscribe } from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";

// Loaded into the console's process before anything else. Next.js tells an application the address of a client only by
// X-Forwarded-For, and believes whatever the client wrote there. Here it is replaced by what this process itself saw: the
// address at the other end of the connection or, where so many proxies of one's own stand in front, the one before them.

const trustedProxies = Number(new URL(import.meta.url).searchParams.get("proxies") ?? 0);

subscribe("http.server.request.start", (message) => {
  const { request } = message as { request: IncomingMessage };
  request.headers["x-forwarded-for"] = clientAddress(request);
});

function clientAddress({ headers, socket }: IncomingMessage): string {
  const claimed = [headers["x-forwarded-for"] ?? []].flat().flatMap((line) => line.split(","));
  const path = [...claimed.map((address) => address.trim()), socket.remoteAddress ?? ""];
  return path[Math.max(0, path.length - 1 - trustedProxies)] ?? "";
}
