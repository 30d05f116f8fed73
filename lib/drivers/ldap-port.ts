/** How a directory server of the customer's is reached and who may read it: the same for signing in and for syncing. */
export interface LdapSettings {
  kind: "standard" | "active_directory";
  /** In order: the next is asked where one does not answer. */
  servers: string[];
  /** PEM; without any, those that the site's system trusts. */
  caCertificates?: string | undefined;
  bindDn: string;
  baseDn: string;
  groupBaseDn?: string | undefined;
  userFilter?: string | undefined;
}

/** How somebody's groups are found: in their entry, by looking for their members, or by Active Directory's own rule. */
export type LdapGroups = "none" | "member_of" | "search" | "matching_rule";

/** A directory server whose passwords people sign in with. */
export interface LdapSignInSettings extends LdapSettings {
  /** `search`: a service account finds the person. `direct`: the name to sign in with is made of what the person types. */
  mode: "search" | "direct";
  /** `{username}@example.com`, where it is made of that. */
  bindTemplate?: string | undefined;
  groups: LdapGroups;
  /** Whether a group's members are also those of the groups in it. */
  nestedGroups: boolean;
}

/** Without a password the one that is kept stays. */
export interface LdapDraft extends LdapSignInSettings {
  bindPassword?: string | undefined;
}

/** How people and groups are read from a directory server. */
export interface LdapSourceSettings extends LdapSettings {
  groupFilter?: string | undefined;
  /** How often what changed is looked for. */
  intervalMinutes: number;
}

export interface LdapSourceDraft extends LdapSourceSettings {
  bindPassword?: string | undefined;
}

/** Tries what is said of a directory server, before any of it is kept. Absent where there are no such servers. */
export interface LdapProber {
  /** `of`: whose password of the service account is meant, where none is given. */
  signIn(ldap: LdapDraft, of: string | null): Promise<LdapProbe>;
  directory(ldap: LdapSourceDraft, of: string | null): Promise<LdapProbe>;
}

export interface LdapProbe {
  passed: boolean;
  /** Each by itself: its name, a connection, its certificate. One that passes is looked into. */
  servers: { server: string; passed: boolean; steps: LdapProbeStep[] }[];
  /** The account, and whom it finds. */
  steps: LdapProbeStep[];
  /** What the server says of itself; null where it says nothing, or none was reached. */
  root: { namingContexts: string[]; activeDirectory: boolean } | null;
  people: { dn: string; username: string; email: string; name: string }[];
  groups: { dn: string; name: string }[];
}

export interface LdapProbeStep {
  id: "name" | "connection" | "encryption" | "account" | "people" | "groups";
  result: "passed" | "failed" | "skipped";
  /** A word that stands for what was found: `unknown_authority`, `wrong`, `no_such_entry`. */
  code: string;
  /** The same in a sentence; empty where nothing is wrong. */
  message: string;
  /** What goes with it: addresses, a certificate's names, how many. */
  facts: Record<string, string | number | boolean | string[]>;
}
