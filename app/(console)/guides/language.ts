import { LOCALES, type Locale } from "#lib/portal/texts/locales.ts";

/** The language that guides are to be read in here: the customer's, and not the reader's own. */
export function languageIn({ language }: Record<string, string | string[] | undefined>): Locale {
  return LOCALES.find((locale) => locale === language) ?? "en";
}
