import type { FastifyReply } from "fastify";

/** The registered address with parameters added behind what it already has, which stays as it is byte for byte. */
export function withParams(uri: string, params: Readonly<Record<string, string | null>>): string {
  const added = Object.entries(params)
    .filter((pair): pair is [string, string] => pair[1] !== null)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  return `${uri}${uri.includes("?") ? "&" : "?"}${added}`;
}

/** Sends the browser on. What is in the address is nobody else's business: no cache, no referrer. */
export function sendTo(reply: FastifyReply, url: string): FastifyReply {
  return reply
    .code(302)
    .headers({ location: url, "cache-control": "no-store", "referrer-policy": "no-referrer" })
    .send();
}
