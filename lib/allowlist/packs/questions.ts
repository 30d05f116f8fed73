/**
 * What only the site knows, asked when a capability is ticked. `networks`: addresses; `peers`: addresses or names;
 * `names`: names; `ports`: ports, where leaving it empty means the usual one. Two packs that ask the same are answered once.
 */
export const QUESTIONS = {
  authkitDomains: {
    label: "Domain of the sign-in pages",
    hint: "The environment's AuthKit domain or your own, if people see one.",
    takes: "names",
  },
  userNetworks: {
    label: "Networks people sign in from",
    hint: "Only those outside the boundary. Leave empty if everybody is inside.",
    takes: "networks",
  },
  collectorPort: {
    label: "Port of the log collector",
    hint: "443 if left empty.",
    takes: "ports",
  },
  dnsResolvers: {
    label: "DNS resolvers beyond the boundary",
    hint: "Their addresses. Leave empty if the site's own resolver answers.",
    takes: "networks",
  },
  timeServers: {
    label: "Time servers beyond the boundary",
    hint: "Addresses or names. Leave empty if the site keeps its own time.",
    takes: "peers",
  },
  ntsServers: {
    label: "Time servers that prove who they are (NTS)",
    hint: "Addresses or names. They exchange keys over TCP 4460 first.",
    takes: "peers",
  },
  updateServers: {
    label: "Servers your updates come from",
    hint: "Addresses or names of your registry or download server.",
    takes: "peers",
  },
  directoryServers: {
    label: "Directory servers beyond the boundary",
    hint: "Addresses or names of Active Directory or LDAP servers.",
    takes: "peers",
  },
  directoryPorts: {
    label: "Ports of the directory",
    hint: "636 (LDAPS) if left empty; 389 with StartTLS, 3268 or 3269 for a global catalog.",
    takes: "ports",
  },
  mailRelays: {
    label: "Mail relays beyond the boundary",
    hint: "Addresses or names of the site's SMTP relay.",
    takes: "peers",
  },
  mailPorts: {
    label: "Ports of the mail relay",
    hint: "587 if left empty; 465 or 25 where the relay wants it.",
    takes: "ports",
  },
  identityProviders: {
    label: "Identity providers beyond the boundary",
    hint: "Addresses or names of the customer's own provider.",
    takes: "peers",
  },
  identityProviderPorts: {
    label: "Port of the identity provider",
    hint: "443 if left empty.",
    takes: "ports",
  },
  provisioningSources: {
    label: "Directories that push people by SCIM",
    hint: "Addresses from which they connect, beyond the boundary.",
    takes: "networks",
  },
} as const satisfies Record<string, Question>;

export interface Question {
  label: string;
  hint: string;
  takes: "names" | "networks" | "peers" | "ports";
}

export type QuestionId = keyof typeof QUESTIONS;
type Taking<Kind extends Question["takes"]> = {
  [Id in QuestionId]: (typeof QUESTIONS)[Id]["takes"] extends Kind ? Id : never;
}[QuestionId];
export type PeerQuestion = Taking<"networks" | "peers">;
export type NameQuestion = Taking<"names">;
export type PortQuestion = Taking<"ports">;

/** What a site answered: canonical texts, by question. A question that is not there was left empty. */
export type PackAnswers = { readonly [Id in QuestionId]?: readonly string[] };

/** Whether somebody who may say an address or a name said a name. Only an IPv6 address has letters and a colon. */
export function isName(text: string): boolean {
  return /[a-z]/i.test(text) && !text.includes(":");
}
