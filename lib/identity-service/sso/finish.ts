import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import type { RoleMap } from "../connections/settings.ts";
import { protocolOf } from "../connections/types.ts";
import { hotWriteSql, json, sql } from "../db.ts";
import { hashSecret, newCode } from "../keys/secrets.ts";
import type { Check, NameId } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { firstIdSince } from "../wire/ids.ts";
import { type CapturedAnswer, keepCaptured } from "./captured.ts";
import type { ReturnContext } from "./context.ts";
import { keepChecks } from "./kept-checks.ts";
import type { Person } from "./person.ts";
import { telling, toldValues, type Visitor } from "./told.ts";
import { noteTested } from "./under-test.ts";

/** The one use an assertion is good for, remembered as long as it could be used again. */
export interface AssertionUse {
  id: string;
  until: Date;
}

/** A sign-in in which every check passed. */
export interface Success {
  person: Person;
  checks: readonly Check[];
  assertion: AssertionUse | null;
  idToken: string | null;
  idpSession: IdpSession | null;
  visitor: Visitor;
}

/** The session at the identity provider that this came from, in the provider's words; null where there is no such thing. */
export interface IdpSession {
  /** Null for OpenID Connect, where the ID token says it. */
  nameId: NameId | null;
  sessionIndex: string | null;
}

const CODE_LASTS_MS = 10 * 60_000;
/** How long a person can be signed out there too, where no session of ours lasts longer. */
const IDP_SESSION_LASTS_MS = 30 * DAY_MS;

/**
 * Everything a successful sign-in changes, in one statement and so in one transaction: the assertion is used up, the sign-in
 * is finished, the profile is as the identity provider says now, and a code is granted. Each step takes what it needs
 * from the one before, so nothing follows where one found nothing to do: a replay, or a sign-in finished elsewhere.
 */
function succeed(name: string, finished: string) {
  return hotWriteSql(
    name,
    `WITH first_use AS (
       INSERT INTO identity.consumed_assertions (environment_id, connection_id, assertion_hash, expires_at)
       SELECT $1, $3, $4, $5 WHERE $4::text IS NOT NULL ON CONFLICT DO NOTHING RETURNING 1),
     finished AS (${finished}),
     profile AS (
       INSERT INTO identity.profiles (id, environment_id, connection_id, organization_id, connection_type, idp_id, email,
         first_name, last_name, name, groups, custom_attributes, raw_attributes, id_token_sealed, role_slugs, last_signed_in_at,
         created_at, updated_at)
       SELECT $9, $1, $3, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $24, $8, $8, $8 FROM finished
       ON CONFLICT (connection_id, idp_id) DO UPDATE SET organization_id = excluded.organization_id,
         connection_type = excluded.connection_type, email = excluded.email, first_name = excluded.first_name,
         last_name = excluded.last_name, name = excluded.name, groups = excluded.groups,
         custom_attributes = excluded.custom_attributes, raw_attributes = excluded.raw_attributes,
         id_token_sealed = excluded.id_token_sealed, role_slugs = excluded.role_slugs,
         last_signed_in_at = excluded.last_signed_in_at, updated_at = excluded.updated_at
       RETURNING id, user_id, email, organization_id, connection_id),
     began AS (
       INSERT INTO identity.idp_sessions (id, environment_id, connection_id, profile_id, subject_hash, name_id, session_index,
         created_at, expires_at)
       SELECT $25, $1, $3, profile.id, $26, $27, $28, $8, $29 FROM profile WHERE $25::text IS NOT NULL),
     granted AS (
       INSERT INTO identity.sign_in_grants (code_hash, environment_id, profile_id, code_challenge, code_expires_at, idp_session_id)
       SELECT $21, $1, profile.id, $22, $23, $25 FROM profile RETURNING 1),
     told AS (${telling(
       "succeeded",
       "SELECT $2::text AS session_id, connection_id, organization_id, user_id, email FROM profile",
       30,
     )}),
     used AS (
       UPDATE identity.connections SET last_sign_in_at = $8 WHERE id = $3 AND EXISTS (SELECT FROM granted)
         AND (last_sign_in_at IS NULL OR last_sign_in_at < $8::timestamptz - interval '1 minute'))
     SELECT ($4::text IS NULL OR EXISTS (SELECT FROM first_use)) AS first_use, EXISTS (SELECT FROM granted) AS granted`,
  );
}

const FIRST_USE = "($4::text IS NULL OR EXISTS (SELECT FROM first_use))";
const SUCCEED = succeed(
  "sign_in_succeed",
  `UPDATE identity.sign_ins SET state = 'passed', checks = $6, profile = $7, finished_at = $8
   WHERE environment_id = $1 AND id = $2 AND state = 'pending' AND ${FIRST_USE} RETURNING id`,
);
const SUCCEED_UNASKED = succeed(
  "sign_in_succeed_unasked",
  `INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, checks, profile, created_at, expires_at, finished_at)
   SELECT $2, $1, $3, 'idp_initiated', 'passed', $6, $7, $8, $8, $8 WHERE ${FIRST_USE} RETURNING id`,
);

export type Outcome = { code: string } | { refused: "replayed" | "finished" };

/** Finishes a sign-in for an application and grants it a code; or says what somebody else did first. */
export async function grant(
  service: Service,
  { connection, signIn }: ReturnContext,
  success: Success,
): Promise<Outcome> {
  const now = service.clock();
  const code = newCode(now);
  const { person, assertion, idpSession } = success;
  const profileId = newId("prof");
  const roles = rolesOf(person.groups, connection.role_map);
  const [done] = await service.db.query<{ first_use: boolean; granted: boolean }>(
    connection.environment_id,
    signIn ? SUCCEED : SUCCEED_UNASKED,
    [
      connection.environment_id,
      signIn?.id ?? newId("sign_in"),
      connection.id,
      assertion && hashSecret(assertion.id),
      assertion?.until ?? null,
      json(keepChecks(protocolOf(connection), success.checks)),
      json(summary(person)),
      now,
      profileId,
      connection.organization_id,
      connection.connection_type,
      person.idp_id,
      person.email,
      person.first_name,
      person.last_name,
      person.name,
      json(person.groups),
      json(person.custom_attributes),
      json(person.raw_attributes),
      success.idToken && service.sealer.seal(success.idToken, idTokenContext(connection.id)),
      hashSecret(code),
      signIn?.codeChallenge ?? null,
      new Date(now.getTime() + CODE_LASTS_MS),
      roles && json(roles),
      idpSession && newId("idp_session"),
      idpSession?.nameId ? hashSecret(idpSession.nameId.value) : null,
      idpSession?.nameId ? json(idpSession.nameId) : null,
      idpSession?.sessionIndex ?? null,
      new Date(now.getTime() + IDP_SESSION_LASTS_MS),
      ...toldValues(success.visitor),
    ],
  );
  if (done?.granted) return { code };
  return { refused: done?.first_use === false ? "replayed" : "finished" };
}

const FAILED = `id AS session_id, connection_id, $11::text AS organization_id, NULL::text AS user_id, $12::text AS email, error`;
const FAILED_UNASKED = `id AS session_id, connection_id, $8::text AS organization_id, NULL::text AS user_id, $9::text AS email, error`;
const CLOSE = sql(
  "sign_in_close",
  `WITH used AS (
     INSERT INTO identity.consumed_assertions (environment_id, connection_id, assertion_hash, expires_at)
     SELECT $1, $7, $8, $9 WHERE $8::text IS NOT NULL ON CONFLICT DO NOTHING),
   closed AS (
     UPDATE identity.sign_ins SET state = $3, checks = $4, profile = $5, error = $6, finished_at = $10
     WHERE environment_id = $1 AND id = $2 AND state = 'pending' RETURNING id, connection_id, purpose, state, error)
   ${telling("failed", `SELECT ${FAILED} FROM closed WHERE state = 'failed' AND purpose <> 'test'`, 13)}`,
);
// Anybody can post to a connection's address: what nobody asked for is put on record, but not without end.
const RECORD_UNASKED = sql(
  "sign_in_record_unasked",
  `WITH closed AS (
     INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, checks, error, created_at, expires_at, finished_at)
     SELECT $2, $1, $3, 'idp_initiated', 'failed', $4, $5, $6, $6, $6
     WHERE (SELECT count(*) FROM (SELECT FROM identity.sign_ins WHERE connection_id = $3 AND id > $7 AND purpose = 'idp_initiated'
       AND state = 'failed' LIMIT 20) AS lately) < 20 RETURNING id, connection_id, error)
   ${telling("failed", `SELECT ${FAILED_UNASKED} FROM closed`, 10)}`,
);

export interface Ending {
  state: "passed" | "failed";
  checks: readonly Check[];
  person: Person | null;
  error: { code: string; message: string } | null;
  assertion: AssertionUse | null;
  /** Of whoever was refused, where they got so far. */
  email: string | null;
  /** Of a test: what the provider answered. */
  captured: CapturedAnswer | null;
  visitor: Visitor;
}

/** Ends a sign-in that leads to no code: it failed, or it was a test. */
export async function close(
  { db, sealer, clock }: Service,
  { connection, signIn }: ReturnContext,
  ending: Ending,
): Promise<void> {
  const now = clock();
  const environmentId = connection.environment_id;
  const { error, person, assertion } = ending;
  const kept = json(keepChecks(protocolOf(connection), ending.checks));
  const told = [connection.organization_id, ending.email, ...toldValues(ending.visitor)];
  if (!signIn) {
    const lately = firstIdSince("sign_in", new Date(now.getTime() - 60_000));
    const values = [environmentId, newId("sign_in"), connection.id, kept, error && json(error), now, lately];
    await db.query(environmentId, RECORD_UNASKED, [...values, ...told]);
    return;
  }
  const values = [
    environmentId,
    signIn.id,
    ending.state,
    kept,
    person && json(summary(person)),
    error && json(error),
    connection.id,
    assertion && hashSecret(assertion.id),
    assertion?.until ?? null,
    now,
    ...told,
  ];
  if (signIn.purpose !== "test") {
    await db.query(environmentId, CLOSE, values);
    return;
  }
  await db.transaction(environmentId, async (run) => {
    await run(CLOSE, values);
    const test = { environmentId, connectionId: connection.id, signInId: signIn.id };
    if (signIn.underTest) await noteTested(run, test, signIn.underTest, now);
    const { attribute_map, role_map } = connection;
    if (ending.captured)
      await keepCaptured(run, sealer, test, { answer: ending.captured, attribute_map, role_map }, now);
  });
}

export const DEFAULT_ROLE = "member";

/** The roles that somebody's groups bring, the most important first; null where roles do not come from the IdP. */
export function rolesOf(groups: readonly string[], map: RoleMap): string[] | null {
  if (map.length === 0) return null;
  const matched = map.filter(({ group }) => groups.includes(group)).map(({ role }) => role);
  return matched.length > 0 ? [...new Set(matched)] : [DEFAULT_ROLE];
}

export function idTokenContext(connectionId: string): string {
  return `connection:${connectionId}:id_token`;
}

/** What a trace shows of a person: enough to see that the mapping is right. */
function summary({ raw_attributes: _all, ...shown }: Person): Omit<Person, "raw_attributes"> {
  return shown;
}
