import { redirect } from "next/navigation";
import type { NextRequest } from "next/server";
import { takeSsoCookie } from "#lib/auth/cookies.ts";
import { visitor } from "#lib/auth/session.ts";
import { settle } from "#lib/auth/settle.ts";
import { problemPage } from "#lib/auth/sso/problem.ts";
import { finishSso } from "#lib/auth/sso/sign-in.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** Where every provider sends people back to, with a code or with a refusal. */
export async function GET(request: NextRequest): Promise<Response> {
  const [from, browser, now] = [await visitor(), await takeSsoCookie(), systemClock()];
  const answer = request.nextUrl.searchParams;
  const arrival = await finishSso(answer, browser, from, now).catch(problemPage);
  if (typeof arrival === "string") redirect(arrival);
  redirect(await settle({ next: "session", session: arrival.session }, arrival.next, now));
}
