import type { Route } from "next";
import { LinkButton } from "#components/ui/button.tsx";
import { LOCALES, type Locale } from "#lib/portal/texts/locales.ts";
import { translatorFor } from "#lib/portal/texts.ts";

/** The page in each language; the one it is in is marked. */
export function LanguageLinks({ at, language }: { at: string; language: Locale }) {
  return (
    <nav aria-label="Language" className="flex flex-wrap gap-1">
      {LOCALES.map((locale) => (
        <LinkButton
          key={locale}
          size="sm"
          variant={locale === language ? "secondary" : "ghost"}
          href={`${at}?language=${locale}` as Route}
          aria-current={locale === language ? "true" : undefined}
          lang={locale}
        >
          {translatorFor(locale, "shell")(`language.${locale}`)}
        </LinkButton>
      ))}
    </nav>
  );
}
