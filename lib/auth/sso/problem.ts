import "server-only";
import type { Route } from "next";
import { AppError } from "#lib/shared/errors.ts";
import type { SsoProblem } from "./schema.ts";

/** The sign-in page with a plain sentence, for a failure we foresaw. Any other is a bug, and thrown on. */
export function problemPage(error: unknown): Route {
  if (!(error instanceof AppError)) throw error;
  return `/sign-in?sso=${problemOf(error)}` as Route;
}

function problemOf({ kind }: AppError): SsoProblem {
  if (kind === "rate_limited") return "wait";
  return kind === "upstream" ? "unavailable" : "refused";
}
