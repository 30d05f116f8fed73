interface FieldWords {
  label: string;
  hint: string;
}

/** What the form about a directory server says: the console in English, the portal in its language. */
export interface LdapWords {
  kind: { label: string; active_directory: string; standard: string };
  servers: FieldWords;
  authority: FieldWords & {
    choose: string;
    reading: string;
    understood: string;
    until: string;
    not_authority: string;
  };
  mode: FieldWords & { search: string; direct: string };
  template: FieldWords;
  account: FieldWords & { hint_direct: string };
  password: { label: string; hint_new: string; hint_kept: string };
  people: FieldWords;
  groups_beneath: FieldWords;
  filter: { label: string; hint_sign_in: string; hint_sync: string };
  groups: FieldWords & { none: string; member_of: string; search: string; matching_rule: string };
  nested: FieldWords & { on: string; off: string };
  group_filter: FieldWords;
  interval: FieldWords;
}

export const LDAP_WORDS: LdapWords = {
  kind: {
    label: "Kind of directory",
    active_directory: "Microsoft Active Directory",
    standard: "Any LDAP directory",
  },
  servers: {
    label: "Servers",
    hint: "The next is asked where one does not answer. ldap:// is encrypted too, by StartTLS. Separate them by commas.",
  },
  authority: {
    label: "Certificates of their authority",
    hint: "In PEM. Without any, those that the site’s system trusts.",
    choose: "Choose a file",
    reading: "Reading",
    understood: "Understood",
    until: "until",
    not_authority:
      "This certificate is not an authority’s. It is trusted for a server only where it is the server’s own.",
  },
  mode: {
    label: "How people are recognised",
    hint: "What they type is looked for, or made a name that the directory knows.",
    search: "A service account finds them",
    direct: "Their own name is made of what they type",
  },
  template: {
    label: "Name to sign in with",
    hint: "Where what they type stands in braces. For Active Directory, their name and your domain.",
  },
  account: {
    label: "Service account",
    hint: "It finds people, and needs no other right.",
    hint_direct: "Without one, groups are read with each person’s own rights.",
  },
  password: {
    label: "Password of the account",
    hint_new: "Kept sealed at the site, and never shown again.",
    hint_kept: "Empty keeps the one that is sealed at the site. Other servers need it again.",
  },
  people: { label: "People beneath", hint: "The base DN." },
  groups_beneath: {
    label: "Groups beneath",
    hint: "Only groups beneath it count. Name it where others may make groups of any name elsewhere.",
  },
  filter: {
    label: "Filter for people",
    hint_sign_in: "Who may sign in, and by which name. Without one: user name or e-mail address.",
    hint_sync: "Without one: whom the kind of directory calls a person.",
  },
  groups: {
    label: "Their groups",
    hint: "Where it stands which groups somebody is in.",
    none: "Are not read",
    member_of: "Stand in their entry (memberOf)",
    search: "Are found by their members",
    matching_rule: "Are found by Active Directory’s own rule, nested ones too",
  },
  nested: {
    label: "Groups in groups",
    hint: "Whether somebody in a group is also in those that the group is in.",
    on: "Count",
    off: "Do not count",
  },
  group_filter: {
    label: "Filter for groups",
    hint: "Without one: what the kind of directory calls a group.",
  },
  interval: { label: "Look for changes", hint: "Everything is read once a day besides." },
};
