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
function factsIn(
  locale: Locale,
  { upstream, quote, words, because, ...facts }: Said["facts"],
): Said["facts"] {
  // A refusal may stand for another one, whose facts it comes with.
  if (because !== undefined) {
    const why = { code: String(because), facts: { upstream, quote, words, ...facts } as Said["facts"] };
    return { ...facts, reason: refusalIn(locale, String(facts.reason), why) };
  }
  const heard = words ? spokenOr(locale, "service", String(words)) : "";
  return {
    ...facts,
    ...(upstream === undefined ? {} : { upstream: spokenOr(locale, "service", String(upstream)) }),
    ...(quote === undefined
      ? {}
      : { quote: heard && translatorFor(locale, "service")("says", { words: heard }) }),
  };
}

/** For commands of the portal, whose errands are done, refused or withdrawn. @throws AppError that says why one waits all the same */
export function mustBeDone<Errand extends Carried>(
  carried: Errand,
): asserts carried is Extract<Errand, { state: "done" }> {
  if (carried.state === "done") return;
  const { reason, said } = carried;
  throw new AppError("unavailable", reason, {}, { said });
}
