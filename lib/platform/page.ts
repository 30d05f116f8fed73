import "server-only";
import { forbidden, notFound } from "next/navigation";
import { AppError } from "#lib/shared/errors.ts";

/**
 * What a page shows; the not-found page where the query says there is no such thing for this actor, and the
 * forbidden page where it says that the role does not include it. It is asked in here, and not before: a query
 * may refuse before it has a promise to hand back.
 */
export async function orNotFound<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AppError && error.kind === "not_found") notFound();
    if (error instanceof AppError && error.kind === "forbidden") forbidden();
    throw error;
  }
}
