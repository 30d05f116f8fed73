import deDomains from "./de/domains.json" with { type: "json" };
import deGuides from "./de/guides.json" with { type: "json" };
import deShell from "./de/shell.json" with { type: "json" };
import enDomains from "./en/domains.json" with { type: "json" };
import enGuides from "./en/guides.json" with { type: "json" };
import enShell from "./en/shell.json" with { type: "json" };

/** The languages of the portal. English is what the others are translations of. */
export const LOCALES = ["en", "de"] as const;
export type Locale = (typeof LOCALES)[number];

const en = { domains: enDomains, guides: enGuides, shell: enShell };

export type Messages = typeof en;
/** One file of texts: `texts/<language>/<area>.json`. A new one is named here, once for each language. */
export type Area = keyof Messages;

export const TEXTS: Record<Locale, Messages> = {
  en,
  de: { domains: deDomains, guides: deGuides, shell: deShell },
};

declare module "use-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
