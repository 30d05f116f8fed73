import { iso, isoOrNull } from "../wire/time.ts";

export interface SessionRow {
  id: string;
  user_id: string;
  organization_id: string | null;
  auth_method: string;
  status: "active" | "revoked";
  ip_address: string | null;
  user_agent: string | null;
  impersonator: { email: string; reason: string | null } | null;
  expires_at: Date;
  ended_at: Date | null;
  idp_session_id: string | null;
  remembered_id: string | null;
  /** Null: when it was created. */
  signed_in_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** As the API shows it: a session whose time is up says so. */
export function sessionToWire(row: SessionRow, now: Date) {
  const expired = row.status === "active" && row.expires_at <= now;
  return {
    ...sessionInEvent(row),
    status: expired ? ("expired" as const) : row.status,
    ended_at: expired ? iso(row.expires_at) : isoOrNull(row.ended_at),
  };
}

export function sessionInEvent(row: SessionRow) {
  return {
    object: "session" as const,
    id: row.id,
    user_id: row.user_id,
    ...(row.organization_id === null ? {} : { organization_id: row.organization_id }),
    ...(row.impersonator === null ? {} : { impersonator: row.impersonator }),
    auth_method: row.auth_method,
    status: row.status,
    ip_address: row.ip_address,
    user_agent: row.user_agent,
    expires_at: iso(row.expires_at),
    ended_at: isoOrNull(row.ended_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}
