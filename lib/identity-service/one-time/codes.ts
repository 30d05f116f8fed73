import { randomInt } from "node:crypto";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { type Database, type Run, sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { sameSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { notFound, type WireError } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { type CodeKind, type CodeRow, codeContext, codeInEvent } from "./code.ts";

const LIFE_MS = 10 * MINUTE_MS;
/** With one code at a time, ten minutes long, five guesses at one in a million are as good as none. */
const ATTEMPTS_MAX = 5;

const INSERT = sql(
  "code_insert",
  `INSERT INTO identity.one_time_codes
     (environment_id, id, user_id, kind, email, code_sealed, invitation_id, expires_at, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9) RETURNING *`,
);
const FIND = sql(
  "code_find",
  "SELECT * FROM identity.one_time_codes WHERE environment_id = $1 AND kind = $2 AND id = $3",
);
const LATEST = sql(
  "code_latest",
  `SELECT * FROM identity.one_time_codes WHERE environment_id = $1 AND user_id = $2 AND kind = $3
   ORDER BY id DESC LIMIT 1`,
);
const ATTEMPT = sql(
  "code_attempt",
  `UPDATE identity.one_time_codes SET attempts = attempts + 1, updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);
const USE = sql(
  "code_use",
  `UPDATE identity.one_time_codes SET used_at = now(), updated_at = now()
   WHERE environment_id = $1 AND id = $2 AND used_at IS NULL RETURNING id`,
);

/** What a code that is not accepted is answered with, each operation in its own words. */
export interface CodeRefusals {
  wrong(): WireError;
  expired(): WireError;
  used(): WireError;
  exhausted(): WireError;
}

/**
 * A new code for a user, with its event where the kind has one. It takes the place of the one before: only the latest is
 * accepted. Sealed and not hashed, for a hash of one in a million hides nothing.
 */
export async function makeCode(
  { sealer, clock }: Service,
  run: Run,
  environmentId: string,
  wanted: { kind: CodeKind; userId: string; email: string; invitationId?: string | null },
): Promise<{ row: CodeRow; code: string }> {
  const { kind, userId, email, invitationId = null } = wanted;
  const id = newId(kind);
  const code = String(randomInt(1_000_000)).padStart(6, "0");
  const [row] = await run<CodeRow>(INSERT, [
    environmentId,
    id,
    userId,
    kind,
    email,
    sealer.seal(code, codeContext(id)),
    invitationId,
    new Date(clock().getTime() + LIFE_MS),
    createdAt(id),
  ]);
  if (!row) throw notFound("User", userId);
  if (kind !== "email_change")
    await recordEvent(run, environmentId, {
      event: `${kind}.created`,
      data: codeInEvent(row),
      organizationId: null,
    });
  return { row, code };
}

export async function getCode(
  db: Database,
  environmentId: string,
  kind: CodeKind,
  id: string,
): Promise<CodeRow> {
  const [row] = await db.query<CodeRow>(environmentId, FIND, [environmentId, kind, id]);
  if (!row) throw notFound(kind === "magic_auth" ? "Magic Auth" : "Email Verification", id);
  return row;
}

/** The code last sent to a user; null where none ever was. */
export async function latestCode(
  db: Database,
  environmentId: string,
  userId: string,
  kind: CodeKind,
): Promise<CodeRow | null> {
  return (await db.query<CodeRow>(environmentId, LATEST, [environmentId, userId, kind]))[0] ?? null;
}

/**
 * Returns if the code is the one that was sent. Each try counts, right or wrong, before it is compared, and in a transaction
 * of its own: what follows may fail without giving it back. Null in place of the row is a code that nobody sent.
 */
export async function requireRightCode(
  { db, sealer, clock }: Service,
  environmentId: string,
  sent: CodeRow | null,
  code: string,
  refusals: CodeRefusals,
): Promise<CodeRow> {
  const [row] = sent ? await db.query<CodeRow>(environmentId, ATTEMPT, [environmentId, sent.id]) : [];
  if (!row) throw refusals.wrong();
  if (row.attempts > ATTEMPTS_MAX) throw refusals.exhausted();
  if (!sameSecret(code.trim(), sealer.open(row.code_sealed, codeContext(row.id)))) throw refusals.wrong();
  if (row.used_at !== null) throw refusals.used();
  if (row.expires_at <= clock()) throw refusals.expired();
  return row;
}

/** Uses a right code up, in the transaction of what it is for: of two requests with it, one succeeds. */
export async function useCode(
  run: Run,
  environmentId: string,
  { id }: CodeRow,
  refusals: CodeRefusals,
): Promise<void> {
  const used = await run(USE, [environmentId, id]);
  if (used.length === 0) throw refusals.used();
}
