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

/** A directory server whose passwords people sign in with. Without a password the one that is kept stays. */
export interface LdapDraft extends LdapSettings {
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
