import type { FastifyReply, FastifyRequest } from "fastify";
import type { Client } from "../authentication/client.ts";
import type { Form } from "../authentication/form.ts";
import { isRegisteredOrigin } from "../cors/browsers.ts";
import { sql } from "../db.ts";
import { readCookie } from "../html/browser-cookie.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";

/** What WorkOS's browser library looks for before it asks for a new access token: client ids, joined by dots. */
const HAS_SESSION = "workos-has-session";
const YEAR_S = 31_536_000;

const IS_OF_SESSION = sql(
  "refresh_token_is_of_session",
  "SELECT session_id FROM identity.refresh_tokens WHERE environment_id = $1 AND token_hash = $2 AND session_id = $3",
);

/** The session of a page without a server: its refresh token is in a cookie of ours, which no script reads. */
export interface SessionInBrowser {
  /** The form, with the refresh token of the cookie where the page sent none. */
  complete(form: Form): Form;
  keep(refreshToken: string): void;
  forget(): void;
}

/**
 * Null for whoever shows a secret, and for pages of no registered origin or of another site: browsers send those no cookie.
 * Nobody else's page can use the cookie, for it goes with no request from another site and counts only beside the origin.
 */
export async function sessionInBrowser(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  client: Client,
): Promise<SessionInBrowser | null> {
  const { origin } = request.headers;
  if (client.confidential || !origin || !URL.canParse(origin)) return null;
  const domain = await siteOf(new URL(service.env.baseUrl).hostname, new URL(origin).hostname);
  if (domain === null || !(await isRegisteredOrigin(service.db, client.environmentId, origin))) return null;
  const cookies = cookiesOf(service, request, reply, { clientId: client.clientId, domain });
  const seconds = client.settings.sessions.inactivity_hours * 3_600;
  return {
    complete: (form) => ({
      ...form,
      required: (name) =>
        (name === "refresh_token" && !form.optional(name) && cookies.kept) || form.required(name),
    }),
    keep: (refreshToken) => cookies.keep(refreshToken, seconds),
    forget: cookies.forget,
  };
}

/** A sign-out takes the cookies away, where they are of the session that ends: a link must not sign somebody else out. */
export async function leaveBrowser(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  { environmentId, clientId, sessionId }: { environmentId: string; clientId: string; sessionId: string },
): Promise<void> {
  const inDomain = (domain: string) => cookiesOf(service, request, reply, { clientId, domain });
  const { kept, forget } = inDomain("");
  if (kept === null) return;
  const ofSession = [environmentId, hashSecret(kept), sessionId];
  if ((await service.db.query(environmentId, IS_OF_SESSION, ofSession)).length === 0) return;
  // The page may have been of this very host, or of another one of the site.
  forget();
  const site = await domainOf(new URL(service.env.baseUrl).hostname);
  if (site) inDomain(site).forget();
}

/** The domain whose cookies both hosts get; empty where they are one host, null where there is none. */
async function siteOf(ours: string, theirs: string): Promise<string | null> {
  if (ours === theirs) return "";
  const domain = await domainOf(ours);
  return domain !== null && domain === (await domainOf(theirs)) ? domain : null;
}

async function domainOf(host: string): Promise<string | null> {
  const { getDomain } = await import("tldts"); // brings the list of public suffixes
  return getDomain(host, { allowPrivateDomains: true });
}

function cookiesOf(
  { env }: Service,
  request: FastifyRequest,
  reply: FastifyReply,
  { clientId, domain }: { clientId: string; domain: string },
) {
  const isSecure = env.baseUrl.startsWith("https:");
  const name = `${isSecure ? "__Host-" : ""}sallyport_session_${clientId}`;
  const kept = readCookie(request, name);
  const others = (readCookie(request, HAS_SESSION) ?? "")
    .split(".")
    .filter((id) => /^\w+$/.test(id) && id !== clientId);
  const set = (pair: string, seconds: number, more: string) =>
    reply.header("set-cookie", `${pair}; Path=/; Max-Age=${seconds}; ${more}${isSecure ? "; Secure" : ""}`);
  const tell = (ids: string[], seconds: number) =>
    set(
      `${HAS_SESSION}=${ids.join(".")}`,
      ids.length > 0 ? seconds : 0,
      `SameSite=Lax${domain ? `; Domain=${domain}` : ""}`,
    );
  return {
    kept,
    keep: (refreshToken: string, seconds: number) => {
      set(`${name}=${refreshToken}`, seconds, "HttpOnly; SameSite=Strict");
      tell([...others, clientId], seconds);
    },
    forget: () => {
      if (kept === null) return;
      set(`${name}=`, 0, "HttpOnly; SameSite=Strict");
      tell(others, YEAR_S);
    },
  };
}
