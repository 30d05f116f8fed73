import { iso } from "../wire/time.ts";
import { type DirectoryGroupRow, directoryGroupToWire } from "./groups.ts";

export interface DirectoryEmail {
  primary?: boolean;
  type?: string;
  value: string | null;
}

/** A row of identity.directory_users, with every column: it is written back as JSON. */
export interface DirectoryUserRow {
  id: string;
  environment_id: string;
  organization_id: string;
  directory_id: string;
  idp_id: string;
  unique_name: string | null;
  username: string | null;
  email: string | null;
  email_key: string | null;
  emails: DirectoryEmail[];
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  job_title: string | null;
  state: "active" | "suspended" | "inactive";
  raw_attributes: Record<string, unknown>;
  custom_attributes: Record<string, unknown>;
  role_slugs: string[];
  version: number;
  /** Of user management, where the directory makes its people users. */
  user_id: string | null;
  withdrawn_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** A user as events tell of it: without its groups, which only the API's answers carry. */
export function directoryUserInEvent(row: DirectoryUserRow) {
  const [first] = row.role_slugs;
  return {
    object: "directory_user" as const,
    id: row.id,
    directory_id: row.directory_id,
    organization_id: row.organization_id,
    idp_id: row.idp_id,
    email: row.email,
    first_name: row.first_name,
    last_name: row.last_name,
    name: row.name,
    emails: row.emails,
    job_title: row.job_title,
    username: row.username,
    state: row.state,
    raw_attributes: row.raw_attributes,
    custom_attributes: row.custom_attributes,
    ...(first === undefined
      ? {}
      : { role: { slug: first }, roles: row.role_slugs.map((slug) => ({ slug })) }),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

export interface DirectoryUserWithGroups extends DirectoryUserRow {
  groups: DirectoryGroupRow[];
}

export function directoryUserToWire(row: DirectoryUserWithGroups) {
  return { ...directoryUserInEvent(row), groups: row.groups.map(directoryGroupToWire) };
}
