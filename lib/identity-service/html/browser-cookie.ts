import type { FastifyReply, FastifyRequest } from "fastify";
import { randomSecret } from "../keys/secrets.ts";

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * Gives the browser a secret to be known again by until it is closed, or takes the one it has, so that several tabs may sign in.
 * It says nothing about who sits there.
 */
export function knowBrowser(baseUrl: string, reply: FastifyReply): string {
  const secret = browserOf(baseUrl, reply.request) ?? randomSecret();
  const secure = isSecure(baseUrl) ? "; Secure" : "";
  reply.header("set-cookie", `${nameFor(baseUrl)}=${secret}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  return secret;
}

/** Which browser a request comes from; null where it was never here, or takes no cookies. */
export function browserOf(baseUrl: string, { headers }: FastifyRequest): string | null {
  const prefix = `${nameFor(baseUrl)}=`;
  const found = headers.cookie
    ?.split(";")
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(prefix))
    ?.slice(prefix.length);
  return found !== undefined && SECRET.test(found) ? found : null;
}

/** With this prefix, a neighbouring host cannot set it for us. */
function nameFor(baseUrl: string): string {
  return isSecure(baseUrl) ? "__Host-sallyport-browser" : "sallyport-browser";
}

function isSecure(baseUrl: string): boolean {
  return baseUrl.startsWith("https:");
}
