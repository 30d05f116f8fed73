import type { Clock } from "#lib/shared/clock.ts";
import { type Database, type Run, sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { hashSecret } from "../keys/secrets.ts";
import { emailKey } from "../wire/email.ts";
import { notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { type InvitationRow, invitationInEvent, stateOf } from "./invitation.ts";

const SELECT = "SELECT row.* FROM identity.invitations AS row";
const FIND = sql("invitation_find", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2`);
const LOCK = sql("invitation_lock", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2 FOR UPDATE`);
const FIND_BY_TOKEN = sql(
  "invitation_find_token",
  `${SELECT} WHERE row.environment_id = $1 AND row.token_hash = $2`,
);
const INSERT = sql(
  "invitation_insert",
  `INSERT INTO identity.invitations (environment_id, id, email, email_key, organization_id, inviter_user_id, role_slug,
     token_hash, token_sealed, expires_at, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11) RETURNING *`,
);
const UPDATE = sql(
  "invitation_update",
  `UPDATE identity.invitations SET accepted_at = $3, accepted_user_id = $4, revoked_at = $5, updated_at = $6
   WHERE environment_id = $1 AND id = $2 RETURNING *`,
);

export function invitations(
  environmentId: string,
  filter: { email: string | undefined; organizationId: string | undefined },
): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  if (filter.email) where.push(`row.email_key = $${values.push(emailKey(filter.email))}`);
  if (filter.organizationId) where.push(`row.organization_id = $${values.push(filter.organizationId)}`);
  return { select: SELECT, where, values };
}

export async function getInvitation(db: Database, environmentId: string, id: string): Promise<InvitationRow> {
  const [row] = await db.query<InvitationRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Invitation", id);
  return row;
}

export async function findInvitationByToken(
  run: Run,
  environmentId: string,
  token: string,
): Promise<InvitationRow | null> {
  return (await run<InvitationRow>(FIND_BY_TOKEN, [environmentId, hashSecret(token)]))[0] ?? null;
}

/** The invitation that a token is for; null where there is none, or it is pending no longer. */
export async function findPendingInvitation(
  { clock }: { clock: Clock },
  run: Run,
  environmentId: string,
  token: string,
): Promise<InvitationRow | null> {
  const row = await findInvitationByToken(run, environmentId, token);
  return row && stateOf(row, clock()) === "pending" ? row : null;
}

/** An invitation that stays as it is until the transaction ends. */
export async function lockInvitation(run: Run, environmentId: string, id: string): Promise<InvitationRow> {
  const [row] = await run<InvitationRow>(LOCK, [environmentId, id]);
  if (!row) throw notFound("Invitation", id);
  return row;
}

export async function insertInvitation(
  run: Run,
  environmentId: string,
  row: Pick<
    InvitationRow,
    "id" | "email" | "organization_id" | "inviter_user_id" | "role_slug" | "token_sealed" | "expires_at"
  >,
  token: string,
): Promise<InvitationRow> {
  const [made] = await run<InvitationRow>(INSERT, [
    environmentId,
    row.id,
    row.email,
    emailKey(row.email),
    row.organization_id,
    row.inviter_user_id,
    row.role_slug,
    hashSecret(token),
    row.token_sealed,
    row.expires_at,
    createdAt(row.id),
  ]);
  if (!made) throw notFound("Invitation", row.id);
  return made;
}

/** Settles an invitation that the transaction has locked. */
export async function settleInvitation(
  run: Run,
  environmentId: string,
  row: InvitationRow,
  now: Date,
): Promise<InvitationRow> {
  const { id, accepted_at, accepted_user_id, revoked_at } = row;
  const [settled] = await run<InvitationRow>(UPDATE, [
    environmentId,
    id,
    accepted_at,
    accepted_user_id,
    revoked_at,
    now,
  ]);
  if (!settled) throw notFound("Invitation", id);
  return settled;
}

export async function tellInvitation(
  run: Run,
  environmentId: string,
  what: "created" | "accepted" | "revoked" | "resent",
  row: InvitationRow,
  now: Date,
): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `invitation.${what}`,
    data: invitationInEvent(row, now),
    organizationId: row.organization_id,
  });
}
