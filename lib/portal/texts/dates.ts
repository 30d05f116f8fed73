import type { Locale } from "./locales.ts";

const WRITTEN: Record<Locale, string> = { en: "en-GB", de: "de-DE" };

/** "28 November 2026 at 14:05 UTC". One zone everywhere, so that two people who speak of it mean the same moment. */
export function writtenDate(at: Date, locale: Locale): string {
  const format = { dateStyle: "long", timeStyle: "short", timeZone: "UTC" } as const;
  return `${new Intl.DateTimeFormat(WRITTEN[locale], format).format(at)} UTC`;
}

/** "28 November 2026". */
export function writtenDay(at: Date, locale: Locale): string {
  return new Intl.DateTimeFormat(WRITTEN[locale], { dateStyle: "long", timeZone: "UTC" }).format(at);
}

/** "14:05:33", in the same zone. */
export function writtenTime(at: Date, locale: Locale): string {
  const format = { timeStyle: "medium", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(WRITTEN[locale], format).format(at);
}
