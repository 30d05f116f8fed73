import "server-only";
import { cookies } from "next/headers";
import { decode, encode } from "next-auth/jwt";
import { z } from "zod";
import { env, sessionSecret } from "#lib/platform/env.ts";
import { SECOND_MS } from "#lib/shared/clock.ts";

const isSecure = () => env().consoleUrl.startsWith("https://");

/** `__Host-` binds a cookie to this very host, so that no neighbour under the same domain can set it. It needs https. */
export const cookieName = (name: string): string => `${isSecure() ? "__Host-" : ""}sallyport.${name}`;

export const cookieOptions = () =>
  ({ httpOnly: true, sameSite: "lax", path: "/", secure: isSecure() }) as const;

const Claims = z.object({ session: z.string().min(1) });

/** Puts a session into the browser, in the form next-auth reads: an encrypted JWT that holds the session's secret only. */
export async function setSessionCookie(secret: string, expiresAt: Date, now: Date): Promise<void> {
  const maxAge = Math.floor((expiresAt.getTime() - now.getTime()) / SECOND_MS);
  const value = await encode({ token: { session: secret }, secret: sessionSecret(), maxAge });
  (await cookies()).set(cookieName("session"), value, { ...cookieOptions(), maxAge });
}

/** The secret of the browser's session, or null when it has none, or one that was altered or is too old. */
export async function readSessionCookie(): Promise<string | null> {
  const value = (await cookies()).get(cookieName("session"))?.value;
  return value === undefined ? null : await sessionOf(value);
}

export async function clearSessionCookie(): Promise<void> {
  (await cookies()).set(cookieName("session"), "", { ...cookieOptions(), maxAge: 0 });
}

/** Remembers a sign-in that is under way: its secret as it is, for it is worth nothing without the next proof. */
export async function setAttemptCookie(secret: string, expiresAt: Date, now: Date): Promise<void> {
  const maxAge = Math.floor((expiresAt.getTime() - now.getTime()) / SECOND_MS);
  (await cookies()).set(cookieName("sign-in"), secret, { ...cookieOptions(), maxAge });
}

export async function readAttemptCookie(): Promise<string | null> {
  return (await cookies()).get(cookieName("sign-in"))?.value || null;
}

export async function clearAttemptCookie(): Promise<void> {
  (await cookies()).set(cookieName("sign-in"), "", { ...cookieOptions(), maxAge: 0 });
}

/** What ties a sign-in by SSO to the browser it began in. Lax: it has to come along when the provider sends the browser back. */
export async function setSsoCookie(secret: string, expiresAt: Date, now: Date): Promise<void> {
  const maxAge = Math.floor((expiresAt.getTime() - now.getTime()) / SECOND_MS);
  (await cookies()).set(cookieName("sso"), secret, { ...cookieOptions(), maxAge });
}

/** Reads it and takes it away: it is good once. */
export async function takeSsoCookie(): Promise<string | null> {
  const jar = await cookies();
  const secret = jar.get(cookieName("sso"))?.value || null;
  jar.set(cookieName("sso"), "", { ...cookieOptions(), maxAge: 0 });
  return secret;
}

/** What ties an opened set-up link to this browser. It outlives the link, so that a later visit can say how it ended. */
export async function setPortalCookie(secret: string, expiresAt: Date): Promise<void> {
  (await cookies()).set(cookieName("portal"), secret, { ...cookieOptions(), expires: expiresAt });
}

export async function readPortalCookie(): Promise<string | null> {
  return (await cookies()).get(cookieName("portal"))?.value || null;
}

async function sessionOf(value: string): Promise<string | null> {
  // What a browser sends is anybody's guess: a token that does not decrypt is no token, and not worth a log line.
  const token = await decode({ token: value, secret: sessionSecret() }).catch(() => null);
  return Claims.safeParse(token).data?.session ?? null;
}
