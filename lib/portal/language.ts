import "server-only";
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { LOCALES, type Locale } from "./texts/locales.ts";

const COOKIE = "sallyport-language";
const YEAR_S = 365 * 24 * 60 * 60;

/** The language of the portal in this browser: the one chosen, else the one the browser asks for, else English. */
export const readLocale = cache(async (): Promise<Locale> => {
  const chosen = (await cookies()).get(COOKIE)?.value;
  return LOCALES.find((locale) => locale === chosen) ?? preferred((await headers()).get("accept-language"));
});

export async function rememberLocale(locale: Locale): Promise<void> {
  const options = { path: "/", maxAge: YEAR_S, sameSite: "lax", httpOnly: true } as const;
  (await cookies()).set(COOKIE, locale, options);
}

/** Reads `de-AT,de;q=0.9,en;q=0.8`: the language liked best among those there are. */
export function preferred(acceptLanguage: string | null): Locale {
  const liked = (acceptLanguage ?? "")
    .split(",")
    .map((part) => {
      const [tag = "", ...parameters] = part.trim().toLowerCase().split(";");
      const weight = parameters.map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1]).find(Boolean);
      return { language: tag.split("-")[0], weight: weight === undefined ? 1 : Number(weight) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight);
  for (const { language } of liked) {
    const found = LOCALES.find((locale) => locale === language);
    if (found) return found;
  }
  return "en";
}
