import type { LdapDraft, LdapSignInSettings } from "./ldap-port.ts";
import type {
  Certificate,
  Mapping,
  OidcDraft,
  Once,
  ProfileField,
  SamlDraft,
  SignInTrace,
  TestSignIn,
} from "./port.ts";

/**
 * A connection's settings, step by step: a changed connection is a draft first, is tried, and then activated. What was once
 * recorded is never altered; sign-ins of people use the active revision, and nothing else, throughout.
 */
export interface RevisionKeeper {
  /** The newest first. */
  list(connectionId: string): Promise<Revision[]>;
  get(connectionId: string, number: number): Promise<Revision>;
  /** Begins a draft: the settings that are active, with this change. There is at most one. */
  draft(connectionId: string, change: RevisionChange, once: Once): Promise<Revision>;
  /** Changes the draft further. What a test proved of it before is no longer so. */
  change(connectionId: string, number: number, change: RevisionChange): Promise<Revision>;
  discard(connectionId: string, number: number, by: string): Promise<Revision>;
  /** A test sign-in with these settings. People who sign in meanwhile do not notice. */
  startTest(connectionId: string, number: number): Promise<TestSignIn>;
  /** Refused unless a test of exactly these settings passed, or a reason says why without. */
  activate(connectionId: string, number: number, decision: RevisionDecision): Promise<Revision>;
  /** Makes and activates a revision with the settings of an earlier one: of the one before, unless a number is given. */
  returnTo(
    connectionId: string,
    number: number | null,
    decision: RevisionDecision,
    once: Once,
  ): Promise<Revision>;
  /** The last tests, the newest first. */
  listTests(connectionId: string): Promise<SignInTrace[]>;
  /** What the settings of a revision make of the answer that was captured in a test. Nobody is signed in. */
  replay(connectionId: string, number: number, testId: string): Promise<SignInTrace>;
}

/** What is changed; what is left out stays. Secrets that are not given are kept. */
export interface RevisionChange {
  type?: string | undefined;
  mapping?: Mapping | undefined;
  saml?: SamlDraft | undefined;
  oidc?: Partial<OidcDraft> | undefined;
  ldap?: LdapDraft | undefined;
  /** In a few words, for whoever reads the history. */
  note?: string | undefined;
  /** The person's name, as the history shows it. */
  by: string;
  /** The active revision that whoever changes it has in view; a draft made from an older one is activated only then. */
  basedOn?: number | undefined;
}

export interface RevisionDecision {
  by: string;
  reason: string | null;
}

export type RevisionState = "draft" | "active" | "superseded" | "discarded";

export interface Revision {
  number: number;
  state: RevisionState;
  type: string;
  /** Every setting that has a value, under the name that the service has for it, such as `saml.idp_sso_url`: to compare two. */
  settings: RevisionSetting[];
  certificates: Certificate[];
  mapping: Mapping;
  /** What may be changed of an LDAP connection; null for others. */
  ldap: LdapSignInSettings | null;
  note: string | null;
  madeBy: string | null;
  madeAt: Date;
  changedAt: Date;
  /** The active revision it was made from; null for the first. */
  basedOn: number | null;
  /** The revision whose settings it brings back. */
  returnsTo: number | null;
  /** The test of exactly these settings that passed last. */
  tested: { testId: string; at: Date } | null;
  activated: RevisionActivation | null;
  /** In a sentence, what it lacks to be tested and activated; null when nothing. */
  missing: string | null;
}

export interface RevisionActivation {
  at: Date;
  by: string | null;
  reason: string | null;
  /** The revision that was active until then. */
  replaced: number | null;
}

export interface RevisionSetting {
  key: string;
  /** A secret is not among them: a mark stands for it, which is another one when the secret is. */
  values: string[];
}

/** What a test received, beside what the mapping makes of it. */
export interface MappingPreview {
  attributes: ReceivedAttribute[];
  fields: MappedField[];
  /** Which roles come of it, the most important first; null where roles do not come from the provider. */
  roles: { role: string; group: string | null }[] | null;
}

export interface ReceivedAttribute {
  name: string;
  friendlyName: string | null;
  values: string[];
  /** The fields that are filled from it: of `ProfileField`, or the name of a custom attribute. */
  fields: string[];
}

export interface MappedField {
  field: ProfileField | string;
  custom: boolean;
  /** The attribute that the mapping names; null where the usual names are tried. */
  mapped: string | null;
  /** The attribute that was found; null where none was. */
  attribute: string | null;
  values: string[];
}
