import { iso, isoOrNull } from "../wire/time.ts";

export interface UserRow {
  id: string;
  email: string;
  email_key: string;
  email_verified: boolean;
  first_name: string | null;
  last_name: string | null;
  name: string | null;
  profile_picture_url: string | null;
  locale: string | null;
  external_id: string | null;
  metadata: Record<string, string>;
  last_sign_in_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export function userToWire(row: UserRow) {
  return {
    object: "user" as const,
    id: row.id,
    email: row.email,
    email_verified: row.email_verified,
    first_name: row.first_name,
    last_name: row.last_name,
    name: row.name,
    profile_picture_url: row.profile_picture_url,
    last_sign_in_at: isoOrNull(row.last_sign_in_at),
    external_id: row.external_id,
    metadata: row.metadata,
    locale: row.locale,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
