import "server-only";
import type { Route } from "next";
import { clearAttemptCookie, setAttemptCookie, setSessionCookie } from "./cookies.ts";
import type { SignInOutcome } from "./sign-in.ts";

/** Gives the browser what it has earned, and returns the page that comes next. */
export async function settle(outcome: SignInOutcome, next: string, now: Date): Promise<Route> {
  if (outcome.next === "session") {
    await setSessionCookie(outcome.session.secret, outcome.session.expiresAt, now);
    await clearAttemptCookie();
    return next as Route;
  }
  await setAttemptCookie(outcome.attempt.secret, outcome.attempt.expiresAt, now);
  const page = outcome.next === "second_factor" ? "/sign-in/second-factor" : "/sign-in/enrol";
  return `${page}${next === "/" ? "" : `?next=${encodeURIComponent(next)}`}` as Route;
}
