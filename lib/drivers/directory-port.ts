import type { Once } from "./port.ts";

/** Makes and changes directories. Absent where they can only be made by hand elsewhere. */
export interface DirectoryMaker {
  create(draft: DirectoryDraft, once: Once): Promise<NewDirectory>;
  change(directoryId: string, change: DirectoryChange): Promise<Directory>;
  describe(directoryId: string): Promise<DirectoryDetail>;
  /** A token in place of those there are, which go on working for the overlap. Returns its value, shown once. */
  rotateToken(directoryId: string, overlapHours: number, once: Once): Promise<string>;
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
  type: string;
  name: string;
  options: DirectoryOptions;
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
}

export interface NewDirectory {
  directory: Directory;
  /** What its provider sends requests with. */
  token: string;
}

/** A directory as its own page shows it. */
export interface DirectoryDetail {
  directory: Directory;
  /** Where its provider sends to; null for one that is read instead. */
  endpoint: string | null;
  tokens: DirectoryToken[];
  options: DirectoryOptions;
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
