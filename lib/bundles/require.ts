import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { AppError } from "#lib/shared/errors.ts";

/** Bundles are the whole console's: what they hold may be any customer's. */
export function mustSeeAll(actor: Actor): void {
  if (actor.customers !== "all")
    throw new AppError(
      "forbidden",
      "Bundles are the whole console's: whoever sees all customers handles them.",
    );
}
