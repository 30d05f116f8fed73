import { newId } from "#lib/shared/ids.ts";
import { json, sql } from "../../db.ts";
import { eventRow, recordingEvents } from "../../events/record.ts";
import { type UserRow, userToWire } from "../../users/user.ts";
import { createdAt } from "../../wire/ids.ts";
import type { Ingest } from "../ingest/ingest.ts";
import { previousAttributes } from "../ingest/previous.ts";
import type { DirectoryUserRow } from "../users.ts";
import type { Provisioned } from "./provision.ts";

const BY_ID_OR_EMAIL = sql(
  "provisioning_users",
  `SELECT DISTINCT u.* FROM jsonb_to_recordset($2) AS wanted(id text, email_key text) CROSS JOIN LATERAL (
     (SELECT * FROM identity.users AS one WHERE one.environment_id = $1 AND one.id = wanted.id LIMIT 1) UNION ALL
     (SELECT * FROM identity.users AS one WHERE one.environment_id = $1 AND one.email_key = wanted.email_key LIMIT 1)) AS u`,
);
const INSERT = sql(
  "provisioning_users_insert",
  `WITH put AS (
     INSERT INTO identity.users (id, environment_id, email, email_key, email_verified, first_name, last_name, name,
       created_at, updated_at)
     SELECT new.id, $1, new.email, new.email_key, new.email_verified, new.first_name, new.last_name, new.name,
       new.created_at, new.created_at
     FROM jsonb_to_recordset($2) AS new(id text, email text, email_key text, email_verified boolean, first_name text,
       last_name text, name text, created_at timestamptz)
     ON CONFLICT (environment_id, email_key) DO NOTHING RETURNING id),
   recorded AS (${recordingEvents("$3", "told.subject IN (SELECT id FROM put)")})
   SELECT id FROM put`,
);
const RENAME = sql(
  "provisioning_users_rename",
  `WITH put AS (
     UPDATE identity.users AS u SET email = new.email, email_key = new.email_key, first_name = new.first_name,
       last_name = new.last_name, name = new.name, updated_at = new.updated_at
     FROM jsonb_to_recordset($2) AS new(id text, email text, email_key text, first_name text, last_name text, name text,
       updated_at timestamptz)
     WHERE u.id = new.id AND u.environment_id = $1 RETURNING u.id),
   recorded AS (${recordingEvents("$3", "told.subject IN (SELECT id FROM put)")})
   SELECT id FROM put`,
);

/** The users behind people of a directory: by what they were linked to, else by e-mail. */
export class People {
  readonly #byId = new Map<string, UserRow>();
  readonly #byEmail = new Map<string, UserRow>();

  constructor(users: readonly UserRow[]) {
    for (const user of users) {
      this.#byId.set(user.id, user);
      this.#byEmail.set(user.email_key, user);
    }
  }

  of({ user_id, email_key }: DirectoryUserRow): UserRow | undefined {
    return this.#byId.get(user_id ?? "") ?? this.withEmail(email_key ?? "");
  }

  withEmail(emailKey: string): UserRow | undefined {
    return this.#byEmail.get(emailKey);
  }
}

export async function findPeople(
  { run, directory }: Ingest,
  active: readonly Provisioned[],
): Promise<People> {
  const wanted = active.map(({ row }) => ({ id: row.user_id, email_key: row.email_key }));
  return new People(await run<UserRow>(BY_ID_OR_EMAIL, [directory.environment_id, json(wanted)]));
}

/** Makes a user of everybody who is none yet. */
export async function makePeople(
  { run, directory }: Ingest,
  active: readonly Provisioned[],
  known: People,
): Promise<void> {
  const missing = new Map(
    active.filter(({ row }) => !known.of(row)).map((each) => [each.email.toLowerCase(), newUser(each)]),
  );
  if (missing.size === 0) return;
  const users = [...missing.values()];
  const events = users.map((user) =>
    eventRow(directory.environment_id, user.id, {
      event: "user.created",
      data: userToWire(user),
      organizationId: null,
    }),
  );
  await run(INSERT, [directory.environment_id, json(users), json(events)]);
}

/**
 * Gives users the names, and the e-mail address, that the directory has for them: where the organization has proven the
 * domain, or any directory could rename anybody.
 */
export async function namePeople(
  { run, directory, now }: Ingest,
  active: readonly Provisioned[],
  people: People,
): Promise<void> {
  const changes = new Map<string, { before: UserRow; after: UserRow }>();
  for (const { row, email, proven } of active) {
    const before = people.of(row);
    if (!before || !proven) continue;
    const taken = people.withEmail(email.toLowerCase());
    const address = taken && taken.id !== before.id ? before.email : email;
    const { first_name, last_name, name } = row;
    const named = { first_name, last_name, name, email: address, email_key: address.toLowerCase() };
    changes.set(before.id, { before, after: { ...before, ...named, updated_at: now } });
  }
  const changed = [...changes.values()].filter(
    ({ before, after }) => previousAttributes(userToWire(before), userToWire(after)) !== null,
  );
  if (changed.length === 0) return;
  const events = changed.map(({ after }) =>
    eventRow(directory.environment_id, after.id, {
      event: "user.updated",
      data: userToWire(after),
      organizationId: null,
    }),
  );
  const values = [directory.environment_id, json(changed.map(({ after }) => after)), json(events)];
  await run(RENAME, values);
}

function newUser({ row, email, proven }: Provisioned): UserRow {
  const id = newId("user");
  const at = createdAt(id);
  return {
    id,
    email,
    email_key: email.toLowerCase(),
    email_verified: proven,
    first_name: row.first_name,
    last_name: row.last_name,
    name: row.name,
    profile_picture_url: null,
    locale: null,
    external_id: null,
    metadata: {},
    last_sign_in_at: null,
    created_at: at,
    updated_at: at,
  };
}
