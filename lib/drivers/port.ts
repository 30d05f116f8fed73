import type { Directory, DirectoryMaker } from "./directory-port.ts";
import type { DomainKeeper } from "./domain-port.ts";
import type { LdapDraft, LdapProber, LdapSignInSettings } from "./ldap-port.ts";
import type { MessageQueue } from "./message-port.ts";
import type { IssuerReading, MetadataReading, MetadataSource } from "./reading-port.ts";
import type { MappingPreview, RevisionKeeper } from "./revision-port.ts";
import type { SignInWatch } from "./sign-in-port.ts";
import type { TicketReader } from "./ticket-port.ts";

/**
 * What the console needs of an environment, whoever runs it. A driver is bound to one environment. Every method
 * either did what its name says or threw an `AppError`; nothing is a silent no-op. What only some environments can
 * do is a part that may be absent, and `lib/drivers/abilities.ts` holds the sentence that says why.
 */
export interface IdentityDriver {
  /** Asks whether the environment answers and accepts the console's key. */
  check(): Promise<EnvironmentFacts>;
  listOrganizations(search: string): Promise<Organization[]>;
  getOrganization(organizationId: string): Promise<Organization>;
  createOrganization(draft: OrganizationDraft, once: Once): Promise<Organization>;
  /** The roles that people of an organization may have there. */
  listRoles(organizationId: string): Promise<OrganizationRole[]>;
  listConnections(after: string | null): Promise<Batch<Connection>>;
  getConnection(connectionId: string): Promise<Connection>;
  removeConnection(connectionId: string): Promise<void>;
  listDirectories(after: string | null): Promise<Batch<Directory>>;
  getDirectory(directoryId: string): Promise<Directory>;
  removeDirectory(directoryId: string): Promise<void>;
  listRedirectUris(): Promise<RedirectUri[]>;
  addRedirectUri(uri: string, once: Once): Promise<RedirectUri>;
  removeRedirectUri(redirectUriId: string): Promise<void>;
  /** A link with which the customer's own people connect their identity provider. It is short-lived. */
  createSetupLink(organizationId: string, purpose: SetupPurpose): Promise<URL>;
  /** What an organization's people did in the application between two moments, as CSV. */
  exportAuditLog(organizationId: string, from: Date, until: Date): Promise<ReadableStream<Uint8Array>>;
  readonly domains: DomainKeeper;
  readonly connections: ConnectionMaker | null;
  readonly directories: DirectoryMaker | null;
  readonly ldap: LdapProber | null;
  readonly keys: KeyMaker | null;
  readonly messages: MessageQueue | null;
  readonly signIns: SignInWatch | null;
  readonly tickets: TicketReader | null;
  readonly defaultRedirectUri: DefaultChooser | null;
}

/** What the customer's people set up: how they sign in, or who they are. */
export type SetupPurpose = "connection" | "directory";

/** Makes and changes connections, and watches sign-ins through them. */
export interface ConnectionMaker {
  /** What a metadata document says, before anything is kept. */
  inspect(source: MetadataSource | { base64: string }): Promise<MetadataReading>;
  /** What an OpenID provider says of itself, asked by the environment from where it stands. */
  inspectIssuer(issuer: string): Promise<IssuerReading>;
  create(draft: ConnectionDraft, once: Once): Promise<Connection>;
  change(connectionId: string, change: ConnectionChange): Promise<Connection>;
  describe(connectionId: string): Promise<ConnectionDetail>;
  startTest(connectionId: string): Promise<TestSignIn>;
  readTest(connectionId: string, testId: string): Promise<SignInTrace>;
  listTraces(connectionId: string): Promise<SignInTrace[]>;
  readonly revisions: RevisionKeeper;
}

export interface KeyMaker {
  create(draft: KeyDraft, once: Once): Promise<NewKey>;
  /** The key stops working at `at`; a time that has passed means at once. */
  expire(keyId: string, at: Date): Promise<void>;
  /** What is known of each key's use; empty where nobody counts it. */
  listUse(): Promise<KeyUse[]>;
}

export interface DefaultChooser {
  choose(redirectUriId: string): Promise<void>;
}

/** Makes whole environments. Absent where they can only be made by hand elsewhere. */
export interface EnvironmentMaker {
  create(draft: EnvironmentDraft, once: Once): Promise<NewEnvironment>;
  /** Null where the other side does not let a name be changed; the console's own name still can be. */
  readonly rename: ((remoteId: string, name: string) => Promise<void>) | null;
  remove(remoteId: string): Promise<void>;
}

/** The same `Once` given twice does the thing once, whatever became of the first answer. */
export interface Once {
  key: string;
  /** True when an earlier try may have taken effect. */
  again: boolean;
}

export interface Batch<Item> {
  items: Item[];
  /** Where the next batch starts; null at the end. */
  after: string | null;
}

export interface EnvironmentFacts {
  clientId: string | null;
  baseUrl: string;
  issuer: string | null;
  checkedAt: Date;
}

export interface EnvironmentDraft {
  name: string;
  kind: "production" | "staging";
}

export interface NewEnvironment {
  remoteId: string;
  clientId: string;
  baseUrl: string;
  issuer: string | null;
  keyId: string;
  /** The key the console drives it with. */
  key: string;
}

export interface KeyDraft {
  name: string;
  expiresAt: Date | null;
}

export interface NewKey {
  id: string;
  value: string;
  expiresAt: Date | null;
}

export interface KeyUse {
  id: string;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

export interface Organization {
  id: string;
  name: string;
  domains: string[];
}

export interface OrganizationRole {
  slug: string;
  name: string;
}

export interface OrganizationDraft {
  name: string;
  domains: string[];
}

export interface RedirectUri {
  id: string;
  uri: string;
  isDefault: boolean;
}

export interface Connection {
  id: string;
  organizationId: string | null;
  type: string;
  name: string;
  state: string;
  domains: string[];
  createdAt: Date;
  updatedAt: Date;
  /** Null where the environment does not tell. */
  health: ConnectionHealth | null;
}

export interface ConnectionHealth {
  certificateExpiresAt: Date | null;
  lastSignInAt: Date | null;
  failures24h: number;
}

export interface SamlDraft {
  metadata?: MetadataSource | undefined;
  /** Where metadata that is given as text came from. */
  metadataUrl?: string | undefined;
  /** With metadata of several providers, which of them. */
  entityId?: string | undefined;
  signInUrl?: string | undefined;
  certificates?: string[] | undefined;
  signRequests?: boolean | undefined;
  idpInitiated?: boolean | undefined;
}

export interface OidcDraft {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export interface ConnectionDraft {
  /** Who makes it, as the history of its settings shows them. */
  by?: string | undefined;
  organizationId: string;
  type: string;
  name: string;
  domains: string[];
  saml?: SamlDraft | undefined;
  oidc?: OidcDraft | undefined;
  ldap?: LdapDraft | undefined;
}

export interface ConnectionChange {
  /** Who changes it and why, as the history of its settings shows them. */
  by?: string | undefined;
  reason?: string | undefined;
  name?: string | undefined;
  domains?: string[] | undefined;
  mapping?: Mapping | undefined;
  state?: "active" | "inactive" | undefined;
  saml?: SamlDraft | undefined;
  ldap?: LdapDraft | undefined;
}

export interface Certificate {
  subject: string;
  issuer: string;
  serial: string;
  fingerprintSha256: string;
  notBefore: Date | null;
  notAfter: Date | null;
  pem: string;
}

export type ProfileField = "idpId" | "email" | "firstName" | "lastName" | "name" | "groups";

/** What is taken from the provider: attribute names by field, and the roles that groups bring, the most important first. */
export interface Mapping {
  /** A field that is left out is found by its usual names. */
  attributes: Partial<Record<ProfileField, string>>;
  customAttributes: Record<string, string>;
  roles: { group: string; role: string }[];
}

/** A connection as its own page shows it: what the provider told us, and what to tell the provider. */
export interface ConnectionDetail {
  connection: Connection;
  certificates: Certificate[];
  /** What the provider said of itself, as label and value. */
  provider: { key: string; label: string; value: string }[];
  /** What its administrators copy into the provider. */
  toCopy: { key: string; label: string; value: string }[];
  mapping: Mapping;
  /** What may be changed of an LDAP connection; null for others. */
  ldap: LdapSignInSettings | null;
}

export interface TestSignIn {
  id: string;
  url: URL;
  expiresAt: Date;
}

export interface SignInTrace {
  id: string;
  at: Date | null;
  state: "pending" | "passed" | "failed";
  checks: TraceCheck[];
  who: string | null;
  error: string | null;
  purpose: SignInPurpose;
  /** The revision of the settings that a test was made of. */
  revision: number | null;
  /** Of a test that came so far. It is kept for a week. */
  preview: MappingPreview | null;
  /** Until when a test's answer is kept, to be replayed; null where it is not. */
  capturedUntil: Date | null;
}

export type SignInPurpose = "application" | "idp_initiated" | "test";

export interface TraceCheck {
  id: string;
  name: string;
  clause: string;
  result: "passed" | "failed" | "skipped";
  expected: string;
  found: string;
  message: string;
}
