import type { DirectoryContent, RolePlanner } from "./directory-content-port.ts";
import type { LdapSourceDraft, LdapSourceSettings } from "./ldap-port.ts";
import type { Once, TraceCheck } from "./port.ts";

/** Makes and changes directories. Absent where they can only be made by hand elsewhere. */
export interface DirectoryMaker {
  create(draft: DirectoryDraft, once: Once): Promise<NewDirectory>;
  change(directoryId: string, change: DirectoryChange): Promise<Directory>;
  describe(directoryId: string): Promise<DirectoryDetail>;
  /** A token in place of those there are, which go on working for the overlap. Returns its value, shown once. */
  rotateToken(directoryId: string, overlapHours: number, once: Once): Promise<string>;
  /** Has a directory that is read from LDAP read as soon as the site has its hands free. */
  sync(directoryId: string, wanted: SyncRequest): Promise<void>;
  /** Tries to reach such a directory, and to read a few of its people. Nothing is kept. */
  test(directoryId: string): Promise<DirectoryTest>;
  readonly content: DirectoryContent;
  readonly roles: RolePlanner;
}

export interface SyncRequest {
  /** All of it, or what changed since. */
  kind: "full" | "incremental";
  /** That most of the people are gone is no mistake. */
  acceptRemovals: boolean;
}

export interface DirectoryTest {
  passed: boolean;
  checks: TraceCheck[];
  sample: { username: string; email: string; name: string }[];
}

export interface Directory {
  id: string;
  organizationId: string | null;
  type: string;
  name: string;
  /** `inactive` until its provider is first heard from. */
  state: string;
  createdAt: Date;
  updatedAt: Date;
  /** Null where the environment does not tell. */
  content: { usersActive: number; usersInactive: number; groups: number } | null;
  /** Null where the environment does not tell. */
  sync: { lastAt: Date | null; problem: string | null } | null;
}

export interface DirectoryDraft {
  organizationId: string;
  /** Whose provider sends by SCIM; of no account where it is read from LDAP. */
  type: string;
  name: string;
  options: DirectoryOptions;
  /** Where it is read from, in place of a provider that sends. */
  ldap?: LdapSourceDraft | undefined;
}

export interface DirectoryOptions {
  /** Whether applications hear that somebody deactivated is gone, or that they are inactive. */
  deactivated: "delete" | "keep";
  /** Whether its people become users and members of its organization. */
  provisioning: boolean;
}

export interface DirectoryChange {
  name?: string | undefined;
  options?: DirectoryOptions | undefined;
  ldap?: LdapSourceDraft | undefined;
}

export interface NewDirectory {
  directory: Directory;
  /** What its provider sends requests with; null where it is read instead. */
  token: string | null;
}

/** A directory as its own page shows it. */
export interface DirectoryDetail {
  directory: Directory;
  /** Where its provider sends to; null for one that is read instead. */
  endpoint: string | null;
  tokens: DirectoryToken[];
  options: DirectoryOptions;
  /** Where it is read from, and how that is going; null where its provider sends. */
  source: { ldap: LdapSourceSettings; run: SyncRun } | null;
}

/** The sync under way, or the last there was. */
export interface SyncRun {
  state: "idle" | "waiting" | "running";
  kind: "full" | "incremental" | null;
  users: number;
  groups: number;
  removed: number;
  startedAt: Date | null;
  finishedAt: Date | null;
  lastFullAt: Date | null;
  nextAt: Date | null;
}

export interface DirectoryToken {
  id: string;
  /** Its last characters. */
  suffix: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  /** The end of the overlap with its successor; null for the newest. */
  expiresAt: Date | null;
}
