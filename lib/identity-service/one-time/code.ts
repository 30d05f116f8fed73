import type { Sealer } from "../keys/seal.ts";
import { iso } from "../wire/time.ts";

export type CodeKind = "magic_auth" | "email_verification" | "email_change";

export interface CodeRow {
  id: string;
  user_id: string;
  kind: CodeKind;
  email: string;
  code_sealed: string;
  /** What is accepted together with a magic_auth. */
  invitation_id: string | null;
  attempts: number;
  expires_at: Date;
  used_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

/** Binds a sealed code to its row. */
export function codeContext(id: string): string {
  return `code:${id}`;
}

/** As events tell of it: without the code. */
export function codeInEvent(row: CodeRow) {
  return {
    object: row.kind,
    id: row.id,
    user_id: row.user_id,
    email: row.email,
    expires_at: iso(row.expires_at),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

export function codeToWire(row: CodeRow, sealer: Sealer) {
  return { ...codeInEvent(row), code: sealer.open(row.code_sealed, codeContext(row.id)) };
}
