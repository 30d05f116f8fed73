import "server-only";
import type { Carried } from "#lib/platform/outbox.ts";
import { AppError, type Said } from "#lib/shared/errors.ts";
import { readLocale } from "./language.ts";
import type { Locale } from "./texts/locales.ts";
import { spokenOr } from "./texts/spoken.ts";
import { translatorFor } from "./texts.ts";

/** What a command refused with, in the visitor's language. */
export async function sayRefusal(message: string, said: Said | null): Promise<string> {
  return refusalIn(await readLocale(), message, said);
}

/** A refusal by its code; one that has none is said as it came. */
export function refusalIn(locale: Locale, message: string, said: Said | null): string {
  const t = translatorFor(locale, "refusals");
  if (!said || !t.has(said.code as never)) return spokenOr(locale, "service", message);
  return t(said.code as never, factsIn(locale, said.facts) as never);
}

/** Who refused, and what they said of it, are words as well. */
function factsIn(locale: Locale, { upstream, quote, words, ...facts }: Said["facts"]): Said["facts"] {
  const heard = words ? spokenOr(locale, "service", String(words)) : "";
  return {
    ...facts,
    ...(upstream === undefined ? {} : { upstream: spokenOr(locale, "service", String(upstream)) }),
    ...(quote === undefined
      ? {}
      : { quote: heard && translatorFor(locale, "service")("says", { words: heard }) }),
  };
}

/** For commands of the portal, which have nothing to show while an errand waits. @throws AppError that says why it waits */
export function mustBeDone<Errand extends Carried>(
  carried: Errand,
  fields: Record<string, string> = {},
): asserts carried is Extract<Errand, { state: "done" }> {
  if (carried.state === "done") return;
  const { reason, said } = carried;
  throw new AppError("unavailable", reason, fields, { said });
}
