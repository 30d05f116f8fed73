import deDomains from "./de/domains.json" with { type: "json" };
import deGuides from "./de/guides.json" with { type: "json" };
import deSheet from "./de/sheet.json" with { type: "json" };
import deShell from "./de/shell.json" with { type: "json" };
import enDomains from "./en/domains.json" with { type: "json" };
import enGuides from "./en/guides.json" with { type: "json" };
import enSheet from "./en/sheet.json" with { type: "json" };
import enShell from "./en/shell.json" with { type: "json" };
import type { Locale } from "./locales.ts";

// Whoever imports this has every text of every language: on the server only. In the browser there are types alone.

const en = {
  domains: enDomains,
  guides: enGuides,
  sheet: enSheet,
  shell: enShell,
};

const de: Messages = {
  domains: deDomains,
  guides: deGuides,
  sheet: deSheet,
  shell: deShell,
};

export type Messages = typeof en;
/** One file of texts: `texts/<language>/<area>.json`. A new one is named here, once for each language. */
export type Area = keyof Messages;

export const TEXTS: Record<Locale, Messages> = { en, de };

declare module "use-intl" {
  interface AppConfig {
    Locale: Locale;
    Messages: Messages;
  }
}
