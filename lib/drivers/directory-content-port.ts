import type { Once } from "./port.ts";

/** Who and what is in a directory, a page at a time. */
export interface DirectoryContent {
  people(directoryId: string, query: PeopleQuery): Promise<Numbered<DirectoryPerson>>;
  groups(directoryId: string, query: GroupsQuery): Promise<Numbered<DirectoryGroup>>;
  /** What came in since the cursor of an earlier look, newest first; null for whatever came last. */
  watch(directoryId: string, since: string | null): Promise<Arrivals>;
}

/** Which groups give which roles: in force, prepared, and what that would change. */
export interface RolePlanner {
  read(directoryId: string): Promise<RolePlan>;
  /** Prepares other ones, the most important first. Nobody's role changes. */
  draft(directoryId: string, mappings: readonly RoleWanted[]): Promise<RolePlan>;
  discard(directoryId: string): Promise<void>;
  preview(directoryId: string): Promise<RolePreview>;
  previewPeople(directoryId: string, query: OutcomesQuery): Promise<Numbered<RoleOutcome>>;
  /** Switches on the draft of that version, and no other. */
  activate(directoryId: string, version: number, once: Once): Promise<RolePlan>;
  /** Puts back in force what was before. */
  goBack(directoryId: string, once: Once): Promise<RolePlan>;
}

/** One page, found by its number. */
export interface Numbered<Item> {
  items: Item[];
  total: number;
  /** Counting stopped at `total`, and there are more. */
  more: boolean;
}

interface PageQuery<Sort extends string> {
  page: number; // from 1
  pageSize: number;
  sort: Sort;
  direction: "asc" | "desc";
  search: string;
}

export type PersonState = "active" | "suspended" | "inactive";

export interface PeopleQuery
  extends PageQuery<"name" | "email" | "state" | "role" | "createdAt" | "updatedAt"> {
  states: readonly PersonState[];
  groupId: string | null;
  role: string | null;
}

export interface DirectoryPerson {
  id: string;
  name: string;
  email: string;
  username: string;
  jobTitle: string;
  state: PersonState;
  roles: string[];
  /** The first few. */
  groups: { id: string; name: string }[];
  groupCount: number;
  createdAt: Date;
  updatedAt: Date;
}

export type GroupsQuery = PageQuery<"name" | "members" | "createdAt" | "updatedAt">;

export interface DirectoryGroup {
  id: string;
  name: string;
  members: number;
  roles: string[];
  createdAt: Date;
  updatedAt: Date;
}

export interface Arrivals {
  /** `inactive` until its provider is first heard from. */
  state: string;
  usersActive: number;
  usersInactive: number;
  groups: number;
  members: number;
  lastAt: Date | null;
  problem: string | null;
  problemAt: Date | null;
  failures: DirectoryFailure[];
  arrivals: Arrival[];
  /** Leads to what comes after; what came just before may come again, under the same id. */
  cursor: string;
  /** How reading it is going; null where its provider sends. */
  run: { state: "idle" | "waiting" | "running"; users: number; groups: number } | null;
}

export interface Arrival {
  id: string;
  kind: "user" | "group";
  name: string;
  email: string;
  at: Date;
}

/** What a provider was refused: of each kind one. */
export interface DirectoryFailure {
  /** `token_unknown`, `Users:409:uniqueness` … */
  kind: string;
  status: number;
  resource: string;
  detail: string;
  count: number;
  firstAt: Date;
  lastAt: Date;
}

export interface RoleWanted {
  groupId: string;
  role: string;
}

export interface RoleMapped extends RoleWanted {
  /** Null for a group that has gone since. */
  groupName: string | null;
  members: number;
}

export interface RolePlan {
  mappings: RoleMapped[];
  draft: { version: number; mappings: RoleMapped[]; at: Date } | null;
  previous: { mappings: RoleMapped[]; replacedAt: Date } | null;
  /** What there is to give. */
  roles: { slug: string; name: string }[];
}

export interface RolePreview {
  /** Of the draft that this is a preview of; null where there is none. */
  version: number | null;
  total: number;
  changed: number;
  gaining: number;
  losing: number;
  without: number;
  roles: { role: string; before: number; after: number; gains: number; losses: number }[];
}

export type OutcomeChange = "any" | "gains" | "loses" | "none";

export interface OutcomesQuery extends PageQuery<"name" | "email" | "before" | "after"> {
  change: OutcomeChange | null;
  role: string | null;
}

export interface RoleOutcome {
  id: string;
  name: string;
  email: string;
  before: string[];
  after: string[];
  gains: string[];
  loses: string[];
}
