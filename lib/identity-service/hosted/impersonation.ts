import type { FastifyReply, FastifyRequest } from "fastify";
import { type Client, readClient } from "../authentication/client.ts";
import { tradeCode } from "../authentication/codes.ts";
import { readCookie } from "../html/browser-cookie.ts";
import type { Service } from "../service.ts";
import { sendTo } from "../sso/redirect.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";

const LASTS_S = 600;

/**
 * GET /authkit/impersonation: an application that takes back only whom it sent here (by `state` and PKCE) is first led to
 * begin a sign-in. Meanwhile this browser keeps the link's code; the sign-in that begins in it then ends at once.
 */
export async function beginImpersonation(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const query = request.query as Params;
  const client = await readClient(service, one(query, "client_id"), null).catch(() => null);
  const [begins, code] = [client?.settings.pages.initiate_login_url, one(query, "code")];
  if (!begins || !/^[\w-]{1,200}$/.test(code ?? ""))
    throw new WireError(400, { message: "The link is not complete, or the application is not known here." });
  return sendTo(keep(service, reply, `${code}; Max-Age=${LASTS_S}`), begins);
}

/** A code for the sign-in that begins here, where this browser keeps that of a link; null where not, or the link is over. */
export async function takeUpImpersonation(
  service: Service,
  client: Client,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  codeChallenge: string | null,
): Promise<string | null> {
  const code = readCookie(request, nameOf(service));
  if (!code) return null;
  keep(service, reply, "; Max-Age=0");
  return await tradeCode(service, client, code, codeChallenge);
}

function keep(service: Service, reply: FastifyReply, value: string): FastifyReply {
  const secure = isSecure(service) ? "; Secure" : "";
  return reply.header("set-cookie", `${nameOf(service)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}`);
}

function nameOf(service: Service): string {
  return `${isSecure(service) ? "__Host-" : ""}sallyport_impersonation`;
}

function isSecure({ env }: Service): boolean {
  return env.baseUrl.startsWith("https:");
}
