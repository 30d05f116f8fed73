import deAudit from "./de/audit.json" with { type: "json" };
import deBoard from "./de/board.json" with { type: "json" };
import deConnection from "./de/connection.json" with { type: "json" };
import deDirectory from "./de/directory.json" with { type: "json" };
import deDomains from "./de/domains.json" with { type: "json" };
import deFindings from "./de/findings.json" with { type: "json" };
import deFirewall from "./de/firewall.json" with { type: "json" };
import deGuides from "./de/guides.json" with { type: "json" };
import deLdap from "./de/ldap.json" with { type: "json" };
import deMetadata from "./de/metadata.json" with { type: "json" };
import deRefusals from "./de/refusals.json" with { type: "json" };
import deService from "./de/service.json" with { type: "json" };
import deSheet from "./de/sheet.json" with { type: "json" };
import deShell from "./de/shell.json" with { type: "json" };
import deTrace from "./de/trace.json" with { type: "json" };
import enAudit from "./en/audit.json" with { type: "json" };
import enBoard from "./en/board.json" with { type: "json" };
import enConnection from "./en/connection.json" with { type: "json" };
import enDirectory from "./en/directory.json" with { type: "json" };
import enDomains from "./en/domains.json" with { type: "json" };
import enFindings from "./en/findings.json" with { type: "json" };
import enFirewall from "./en/firewall.json" with { type: "json" };
import enGuides from "./en/guides.json" with { type: "json" };
import enLdap from "./en/ldap.json" with { type: "json" };
import enMetadata from "./en/metadata.json" with { type: "json" };
import enRefusals from "./en/refusals.json" with { type: "json" };
import enService from "./en/service.json" with { type: "json" };
import enSheet from "./en/sheet.json" with { type: "json" };
import enShell from "./en/shell.json" with { type: "json" };
import enTrace from "./en/trace.json" with { type: "json" };
import type { Locale } from "./locales.ts";

// Whoever imports this has every text of every language: on the server only. In the browser there are types alone.

const en = {
  audit: enAudit,
  board: enBoard,
  connection: enConnection,
  directory: enDirectory,
  domains: enDomains,
  findings: enFindings,
  firewall: enFirewall,
  guides: enGuides,
  ldap: enLdap,
  metadata: enMetadata,
  refusals: enRefusals,
  service: enService,
  sheet: enSheet,
  shell: enShell,
  trace: enTrace,
};

const de: Messages = {
  audit: deAudit,
  board: deBoard,
  connection: deConnection,
  directory: deDirectory,
  domains: deDomains,
  findings: deFindings,
  firewall: deFirewall,
  guides: deGuides,
  ldap: deLdap,
  metadata: deMetadata,
  refusals: deRefusals,
  service: deService,
  sheet: deSheet,
  shell: deShell,
  trace: deTrace,
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
