import type { Action, Role } from "#lib/access/permissions.ts";

export const ROLE_WORDS: Record<Role, { name: string; means: string }> = {
  owner: { name: "Owner", means: "Everything, and how people sign in to this console." },
  admin: { name: "Admin", means: "Everything but owners and the settings of sign-in." },
  operator: { name: "Operator", means: "Deployments, environments, connections and allowlists." },
  support: { name: "Support", means: "Reads what operators work on. Changes nothing." },
  customer_admin: { name: "Customer admin", means: "Their own customers' keys, connections and allowlists." },
  auditor: { name: "Auditor", means: "Reads the record and what it is about. No secrets, no changes." },
};

export type Subject = Action extends `${infer Thing}.${string}` ? Thing : never;

/** What permissions are about, as the console's own pages call it. */
export const SUBJECT_WORDS: Record<Subject, string> = {
  customer: "Customers",
  deployment: "Deployments",
  environment: "Environments",
  api_key: "API keys",
  redirect_uri: "Redirect URIs",
  connection: "Connections",
  directory: "Directories",
  setup_link: "Set-up links",
  domain: "Domains",
  message: "Messages",
  allowlist: "Allowlists",
  address_set: "Address sets",
  bundle: "Bundles",
  bundle_key: "Keys of bundles",
  bundle_trust: "Trusted consoles",
  change_request: "Change requests",
  allowlist_export: "Export history",
  served_list: "Served lists",
  gateway: "Gateways",
  gateway_client: "Clients of a gateway's proxy",
  gateway_source: "Event sources",
  relay_endpoint: "Event endpoints",
  gateway_stream: "Followers of events",
  gateway_folder: "Folders of events",
  gateway_intake: "Intake paths",
  doctor: "Doctor",
  crossing: "Crossings",
  crossing_view: "Views of crossings",
  audit: "Audit log",
  organization_log: "Audit logs of organizations",
  person: "People",
  service: "Identity services",
  settings: "Settings",
  operation: "Pending operations",
};
