import "server-only";
import { createTranslator, type _Translator as Translator } from "use-intl/core";
import { readLocale } from "./language.ts";
import { type Area, type Locale, type Messages, TEXTS } from "./texts/index.ts";

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

/** What `<Texts>` hands to components in the browser: these areas in the visitor's language, and no others. */
export async function textsFor(...areas: Area[]): Promise<{ locale: Locale; messages: Partial<Messages> }> {
  const locale = await readLocale();
  const messages = Object.fromEntries(areas.map((area) => [area, TEXTS[locale][area]]));
  return { locale, messages };
}

/** "28 November 2026 at 14:05 UTC", as the visitor's language writes it. One zone everywhere, so that two people mean the same. */
export async function portalDate(at: Date): Promise<string> {
  const format = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat(WRITTEN[await readLocale()], format).format(at)} UTC`;
}

const WRITTEN: Record<Locale, string> = { en: "en-GB", de: "de-DE" };
