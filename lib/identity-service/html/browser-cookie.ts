import type { FastifyReply, FastifyRequest } from "fastify";
import { randomSecret } from "../keys/secrets.ts";

const SECRET = /^[A-Za-z0-9_-]{43}$/;

/**
 * Gives the browser a secret to be known again by until it is closed, or takes the one it has, so that several tabs may sign in.
 * It says nothing about who sits there.
 */
export function knowBrowser(baseUrl: string, reply: FastifyReply): string {
  const secret = browserOf(baseUrl, reply.request) ?? randomSecret();
  setCookie(baseUrl, reply, { name: nameFor(baseUrl), value: secret, maxAgeS: null });
  return secret;
}

/** Which browser a request comes from; null where it was never here, or takes no cookies. */
export function browserOf(baseUrl: string, request: FastifyRequest): string | null {
  const found = readCookie(request, nameFor(baseUrl));
  return found !== null && SECRET.test(found) ? found : null;
}

export function readCookie(request: FastifyRequest, name: string): string | null {
  for (const pair of (request.headers.cookie ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return null;
}

/** A cookie that no script reads and no other site's page sends along; without an age it ends with the browser. */
export function setCookie(
  baseUrl: string,
  reply: FastifyReply,
  { name, value, maxAgeS }: { name: string; value: string; maxAgeS: number | null },
): void {
  const age = maxAgeS === null ? "" : `; Max-Age=${maxAgeS}`;
  const secure = isSecure(baseUrl) ? "; Secure" : "";
  reply.header("set-cookie", `${name}=${value}; Path=/${age}; HttpOnly; SameSite=Lax${secure}`);
}

/** With this prefix, a neighbouring host cannot set it for us. */
function nameFor(baseUrl: string): string {
  return isSecure(baseUrl) ? "__Host-sallyport-browser" : "sallyport-browser";
}

function isSecure(baseUrl: string): boolean {
  return baseUrl.startsWith("https:");
}
