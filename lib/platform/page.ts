import "server-only";
import { notFound } from "next/navigation";
import { AppError } from "#lib/shared/errors.ts";

/** What a page shows, or the not-found page where the query says there is no such thing for this actor. */
export async function orNotFound<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof AppError && error.kind === "not_found") notFound();
    throw error;
  }
}
