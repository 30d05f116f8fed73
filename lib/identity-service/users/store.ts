import { isDeepStrictEqual } from "node:util";
import { alone, type Database, json, type Run, sql } from "../db.ts";
import { eventRow, recordEvent, recordEvents } from "../events/record.ts";
import { leaveGroups } from "../groups/leave.ts";
import { revokeSessions } from "../sessions/revoke.ts";
import { emailKey } from "../wire/email.ts";
import { notFound } from "../wire/errors.ts";
import { madeNow } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { type MembershipRow, membershipInEvent } from "./membership.ts";
import { type UserRow, userToWire } from "./user.ts";

/** Every column but the password's hash, which leaves the database only to be compared. */
export const USER_COLUMNS = `id, email, email_key, email_verified, first_name, last_name, name, profile_picture_url, locale,
  external_id, metadata, last_sign_in_at, created_at, updated_at`;

const SELECT = `SELECT ${USER_COLUMNS.replace(/\b(?=\w)/g, "row.")} FROM identity.users AS row`;
const FIND = sql("user_find", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2`);
const FIND_BY_EMAIL = sql(
  "user_find_email",
  `${SELECT} WHERE row.environment_id = $1 AND row.email_key = $2`,
);
const FIND_BY_EXTERNAL_ID = sql(
  "user_find_external",
  `${SELECT} WHERE row.environment_id = $1 AND row.external_id = $2`,
);
const LOCK = sql("user_lock", `${SELECT} WHERE row.environment_id = $1 AND row.id = $2 FOR UPDATE`);
const INSERT = sql(
  "user_insert",
  `INSERT INTO identity.users (environment_id, id, email, email_key, email_verified, first_name, last_name, name, locale,
     external_id, metadata, password_hash, profile_picture_url, last_sign_in_at, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING RETURNING ${USER_COLUMNS}`,
);
const UPDATE = sql(
  "user_update",
  `UPDATE identity.users SET email = $3, email_key = $4, email_verified = $5, first_name = $6, last_name = $7, name = $8,
     locale = $9, external_id = $10, metadata = $11, password_hash = coalesce($12, password_hash), updated_at = now()
   WHERE environment_id = $1 AND id = $2 RETURNING ${USER_COLUMNS}`,
);
const LEAVE = sql(
  "user_leave",
  "DELETE FROM identity.organization_memberships WHERE environment_id = $1 AND user_id = $2 RETURNING *",
);
const MEMBERSHIPS = sql(
  "user_memberships",
  "SELECT id FROM identity.organization_memberships WHERE environment_id = $1 AND user_id = $2 FOR UPDATE",
);
const DELETE = sql(
  "user_delete",
  `DELETE FROM identity.users WHERE environment_id = $1 AND id = $2 RETURNING ${USER_COLUMNS}`,
);

/** Users of an environment, by exact e-mail address and by the organization they are members of. */
export function users(
  environmentId: string,
  filter: { email: string | undefined; organizationId: string | undefined },
): ListSource {
  const { email, organizationId } = filter;
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  if (email) where.push(`row.email_key = $${values.push(emailKey(email))}`);
  if (!organizationId) return { select: SELECT, where, values, hot: true };
  where.push("member.environment_id = $1", `member.organization_id = $${values.push(organizationId)}`);
  const select = `${SELECT} JOIN identity.organization_memberships AS member ON member.user_id = row.id`;
  return { select, where, values, key: "member.user_id" };
}

export async function findUser(run: Run, environmentId: string, id: string): Promise<UserRow | null> {
  return (await run<UserRow>(FIND, [environmentId, id]))[0] ?? null;
}

export async function findUserByEmail(
  run: Run,
  environmentId: string,
  email: string,
): Promise<UserRow | null> {
  return (await run<UserRow>(FIND_BY_EMAIL, [environmentId, emailKey(email)]))[0] ?? null;
}

export async function getUser(db: Database, environmentId: string, id: string): Promise<UserRow> {
  const row = await findUser(alone(db, environmentId), environmentId, id);
  if (!row) throw notFound("User", id);
  return row;
}

export async function getUserByExternalId(
  db: Database,
  environmentId: string,
  externalId: string,
): Promise<UserRow> {
  const [row] = await db.query<UserRow>(environmentId, FIND_BY_EXTERNAL_ID, [environmentId, externalId]);
  if (!row) throw notFound("User", externalId);
  return row;
}

/** A user that stays as it is until the transaction ends. */
export async function lockUser(run: Run, environmentId: string, id: string): Promise<UserRow> {
  const [row] = await run<UserRow>(LOCK, [environmentId, id]);
  if (!row) throw notFound("User", id);
  return row;
}

export type NewUser = Pick<UserRow, "email"> &
  Partial<Omit<UserRow, "id" | "email" | "email_key" | "created_at" | "updated_at">>;

/** A new user, with its event. Null where the e-mail address, the external id or the id is another's. */
export async function insertUser(
  run: Run,
  environmentId: string,
  wanted: NewUser,
  passwordHash: string | null = null,
  { id, createdAt, updatedAt } = madeNow("user"),
): Promise<UserRow | null> {
  const [row] = await run<UserRow>(INSERT, [
    environmentId,
    id,
    ...written(wanted),
    passwordHash,
    wanted.profile_picture_url ?? null,
    wanted.last_sign_in_at ?? null,
    createdAt,
    updatedAt,
  ]);
  if (!row) return null;
  await recordEvent(run, environmentId, {
    event: "user.created",
    data: userToWire(row),
    organizationId: null,
  });
  return row;
}

/**
 * Changes a user that the transaction has locked, with its event where anything did change.
 *
 * @throws DatabaseError 23505 where the e-mail address or the external id is another's; the transaction is over then.
 */
export async function updateUser(
  run: Run,
  environmentId: string,
  before: UserRow,
  change: Partial<NewUser>,
  passwordHash: string | null = null,
): Promise<UserRow> {
  const after = { ...before, ...change };
  if (passwordHash === null && isDeepStrictEqual(after, before)) return before;
  const [row] = await run<UserRow>(UPDATE, [environmentId, before.id, ...written(after), passwordHash]);
  if (!row) throw notFound("User", before.id);
  await recordEvent(run, environmentId, {
    event: "user.updated",
    data: userToWire(row),
    organizationId: null,
  });
  return row;
}

/** Removes a user, and with it its memberships, each with its event, and its sessions. */
export async function deleteUser(run: Run, environmentId: string, id: string): Promise<void> {
  await lockUser(run, environmentId, id);
  await revokeSessions(run, environmentId, id, null);
  const own = await run<{ id: string }>(MEMBERSHIPS, [environmentId, id]);
  await leaveGroups(
    run,
    environmentId,
    own.map((membership) => membership.id),
  );
  const memberships = await run<MembershipRow>(LEAVE, [environmentId, id]);
  await recordEvents(
    run,
    memberships.map((row) =>
      eventRow(environmentId, row.id, {
        event: "organization_membership.deleted",
        data: membershipInEvent(row),
        organizationId: row.organization_id,
      }),
    ),
  );
  const [row] = await run<UserRow>(DELETE, [environmentId, id]);
  if (!row) throw notFound("User", id);
  await recordEvent(run, environmentId, {
    event: "user.deleted",
    data: userToWire(row),
    organizationId: null,
  });
}

function written(user: NewUser) {
  return [
    user.email,
    emailKey(user.email),
    user.email_verified ?? false,
    user.first_name ?? null,
    user.last_name ?? null,
    user.name ?? null,
    user.locale ?? null,
    user.external_id ?? null,
    json(user.metadata ?? {}),
  ];
}
