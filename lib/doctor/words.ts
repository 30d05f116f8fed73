import type { Ask, Group } from "./report.ts";

/** What each group of checks is called. */
export const GROUP_NAMES: Record<Group, string> = {
  names: "Names",
  reach: "Connections",
  inspection: "TLS inspection",
  proxy: "HTTP proxy",
  clock: "Clock",
  identity_providers: "Identity providers",
  ldap: "LDAP servers",
  redirect_uris: "Redirect URIs",
  database: "Database",
  machine: "This machine",
};

/** Whom to ask, in words that a network team uses. */
export const ASK_NAMES: Record<Ask, string> = {
  firewall_team: "firewall team",
  dns_team: "DNS team",
  proxy_team: "proxy team",
  time_team: "whoever keeps the time servers",
  idp_owner: "owner of the identity provider",
  directory_owner: "owner of the directory",
  application_owner: "owner of the application",
  machine_admin: "administrator of this machine",
  vendor: "vendor",
};
