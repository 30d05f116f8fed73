"use client";

import { createContext, type ReactNode, use } from "react";
import { IntlProvider, useTranslations } from "use-intl";
import type { Area, Messages } from "#lib/portal/texts/index.ts";
import type { Locale } from "#lib/portal/texts/locales.ts";

interface TextsProps {
  locale: Locale;
  messages: Partial<Messages>;
  children: ReactNode;
}

const Around = createContext<Partial<Messages>>({});

/**
 * Gives the components inside it the texts of their areas, besides those that stand around it already:
 * `<Texts {...(await textsFor("connection"))}>`.
 */
export function Texts({ locale, messages, children }: TextsProps) {
  const all = { ...use(Around), ...messages };
  return (
    <Around value={all}>
      <IntlProvider locale={locale} messages={all as Messages} timeZone="UTC">
        {children}
      </IntlProvider>
    </Around>
  );
}

/** The texts of one area, in the browser. Which areas are there is said by the `<Texts>` around the component. */
export function useTexts<const Name extends Area>(area: Name) {
  return useTranslations(area);
}
