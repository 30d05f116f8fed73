import "server-only";
import type { NextAuthOptions } from "next-auth";
import type { Actor } from "#lib/access/actor.ts";
import { sessionSecret } from "#lib/platform/env.ts";
import { log } from "#lib/platform/log.ts";
import { HOUR_MS, SECOND_MS, systemClock } from "#lib/shared/clock.ts";
import { signOut } from "./commands.ts";
import { cookieName, cookieOptions } from "./cookies.ts";
import { visitor } from "./session.ts";
import { findActor } from "./sessions.ts";

/**
 * next-auth as this console uses it: its encrypted JWT carries the session's secret in a cookie, and its endpoints read
 * and end that session. It has no provider of its own: a sign-in here has steps between which the server keeps the
 * state, and a provider's single `authorize` call has no place for them. See docs/decisions/0005-console-sessions.md.
 */
export function authOptions(): NextAuthOptions {
  const options = cookieOptions();
  return {
    providers: [],
    secret: sessionSecret(),
    // The longest that a policy can allow; the row in PostgreSQL says when a session really ends.
    session: { strategy: "jwt", maxAge: (72 * HOUR_MS) / SECOND_MS, updateAge: 0 },
    pages: { signIn: "/sign-in", error: "/sign-in", signOut: "/account" },
    cookies: {
      sessionToken: { name: cookieName("session"), options },
      csrfToken: { name: cookieName("csrf"), options },
      callbackUrl: { name: cookieName("callback"), options },
    },
    callbacks: {
      // The row is the truth here too: where it no longer stands, next-auth clears the cookie.
      async jwt({ token }) {
        await requireHolder(token.session);
        return token;
      },
      // The session's secret is in `token`, and never leaves the cookie.
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      async signOut({ token }) {
        await signOut(await requireHolder(token.session));
      },
    },
    logger: {
      error: (code) => log().warn({ code }, "next-auth refused a request"),
      warn: (code) => log().debug({ code }, "next-auth"),
      debug: () => undefined,
    },
  };
}

async function requireHolder(secret: unknown): Promise<Actor> {
  const actor = typeof secret === "string" ? await findActor(secret, await visitor(), systemClock()) : null;
  if (!actor) throw new Error("This session has ended.");
  return actor;
}
