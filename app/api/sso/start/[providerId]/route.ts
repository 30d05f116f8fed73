import type { Route } from "next";
import { redirect } from "next/navigation";
import type { NextRequest } from "next/server";
import { setSsoCookie } from "#lib/auth/cookies.ts";
import { NextPath } from "#lib/auth/schema.ts";
import { visitor } from "#lib/auth/session.ts";
import { problemPage } from "#lib/auth/sso/problem.ts";
import { startSso } from "#lib/auth/sso/sign-in.ts";
import { LinkToken } from "#lib/people/schema.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** Sends the browser to a provider. A link leads here, not a form: no form of a page may lead to another host. */
export async function GET(
  request: NextRequest,
  { params }: { params: Promise<{ providerId: string }> },
): Promise<Response> {
  const next = NextPath.parse(request.nextUrl.searchParams.get("next") ?? "/");
  const [{ providerId }, from, now] = [await params, await visitor(), systemClock()];
  const invitation = LinkToken.safeParse(request.nextUrl.searchParams.get("invitation")).data || null;
  const departure = await startSso(providerId, { next, invitation }, from, now).catch(problemPage);
  if (typeof departure === "string") redirect(departure);
  await setSsoCookie(departure.browser.secret, departure.browser.expiresAt, now);
  redirect(departure.url.href as Route);
}
