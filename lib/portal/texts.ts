import "server-only";
import { createFormatter, createTranslator, type _Translator as Translator } from "use-intl/core";
import { readLocale } from "./language.ts";
import { writtenDate, writtenDay } from "./texts/dates.ts";
import { type Area, type Messages, TEXTS } from "./texts/index.ts";
import type { Locale } from "./texts/locales.ts";

/** The texts of one area in the visitor's language, for what runs on the server: `const t = await portalTexts("shell")`. */
export async function portalTexts<const Name extends Area>(area: Name): Promise<Translator<Messages, Name>> {
  return translatorFor(await readLocale(), area);
}

export function translatorFor<const Name extends Area>(
  locale: Locale,
  area: Name,
): Translator<Messages, Name> {
  const messages = TEXTS[locale];
  return createTranslator({ locale, messages, namespace: area, timeZone: "UTC" }) as Translator<
    Messages,
    Name
  >;
}

/** A moment as "3 hours ago", in this language. */
export function whenFor(locale: Locale, now: Date): (at: Date) => string {
  const format = createFormatter({ locale, timeZone: "UTC" });
  return (at) => format.relativeTime(at, now);
}

/** What `<Texts>` hands to components in the browser: these areas in the visitor's language, and no others. */
export async function textsFor(...areas: Area[]): Promise<TextsIn> {
  return textsIn(await readLocale(), ...areas);
}

export interface TextsIn {
  locale: Locale;
  messages: Partial<Messages>;
}

/** The same in a language that is chosen otherwise: what is printed for somebody else. */
export function textsIn(locale: Locale, ...areas: Area[]): TextsIn {
  return { locale, messages: Object.fromEntries(areas.map((area) => [area, TEXTS[locale][area]])) };
}

/** A moment as the visitor's language writes it: "28 November 2026 at 14:05 UTC". */
export async function portalDate(at: Date): Promise<string> {
  return writtenDate(at, await readLocale());
}

/** A day as the visitor's language writes it: "28 November 2026". */
export async function portalDay(at: Date): Promise<string> {
  return writtenDay(at, await readLocale());
}
