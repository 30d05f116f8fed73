import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { PersonActor } from "#lib/access/actor.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { readSessionCookie } from "./cookies.ts";
import { NextPath } from "./schema.ts";
import { findActor, type Visitor } from "./sessions.ts";

/** Who asks, or null when nobody is signed in. Read once a request. */
export const currentActor = cache(async (): Promise<PersonActor | null> => {
  const secret = await readSessionCookie();
  return secret === null ? null : await findActor(secret, await visitor(), systemClock());
});

/** Who asks. Whoever is not signed in is sent to the sign-in page, and comes back from there. */
export async function requireActor(): Promise<PersonActor> {
  const actor = await currentActor();
  if (actor) return actor;
  const path = NextPath.parse((await headers()).get("x-sallyport-path"));
  redirect(path === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(path)}`);
}

/** Where this request came from. */
export async function visitor(): Promise<Visitor> {
  const list = await headers();
  return { ip: clientAddress(list.get("x-forwarded-for")), userAgent: list.get("user-agent") };
}

/** The last address is the one our own server or its proxy saw; those before it are what the client claims. */
function clientAddress(forwardedFor: string | null): string | null {
  return forwardedFor?.split(",").at(-1)?.trim() || null;
}
