import { DAY_MS } from "#lib/shared/clock.ts";
import { SWEEP_AUDIT_LOG_EVENTS } from "./audit-logs/retention.ts";
import { type Database, EVERY_ENVIRONMENT, type Statement, sql } from "./db.ts";
import { endTokens } from "./directories/tokens.ts";
import { tellWhatIsDue } from "./due.ts";
import { expireMessages } from "./messages/deliver.ts";
import { firstIdSince } from "./wire/ids.ts";

const EVERY_MS = 10 * 60_000;

/** What has had its time. Each in small bites, so that no sign-in waits behind one. */
const SWEEPS: Statement[] = [
  sweep(
    "sign_in_grants",
    "code_hash",
    "coalesce(token_expires_at, code_expires_at) < now() - interval '1 day'",
  ),
  sweep("sign_ins", "id", "created_at < now() - interval '90 days'"),
  sweep(
    "sign_ins_unfinished",
    "id",
    "state = 'pending' AND expires_at < now() - interval '7 days'",
    "sign_ins",
  ),
  sweep("captured_answers", "sign_in_id", "expires_at < now()"),
  sweep("idempotent_answers", "scope", "created_at < now() - interval '1 day'"),
  sweep("authentications", "id", "expires_at < now() - interval '1 day'"),
  sweep("authorization_codes", "code_hash", "expires_at < now() - interval '1 day'"),
  sweep("refresh_tokens", "token_hash", "expires_at < now()"),
  sweep("factor_challenges", "id", "expires_at < now() - interval '1 day'"),
  sweep("idp_sessions", "id", "expires_at < now() - interval '1 day'"),
  sweep("remembered_sign_ins", "id", "least(idle_at, expires_at) < now() - interval '1 day'"),
  sweep("single_logouts", "handle_hash", "expires_at < now() - interval '1 day'"),
  sweep("connect_grants", "secret_hash", "expires_at < now() - interval '1 day'"),
  sweep("device_codes", "device_hash", "expires_at < now() - interval '1 day'"),
  sweep("messages", "id", "settled_at < now() - interval '30 days'"),
  sweep("one_time_codes", "id", "expires_at < now() - interval '30 days'"),
  sweep("password_resets", "id", "expires_at < now() - interval '30 days'"),
  sql(
    "sweep_audit_log_repeats",
    `DELETE FROM identity.audit_log_repeats WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM identity.audit_log_repeats WHERE created_at < now() - interval '1 day' LIMIT 5000))`,
  ),
  SWEEP_AUDIT_LOG_EVENTS,
  sql(
    "sweep_rate_windows",
    `DELETE FROM identity.rate_windows WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM identity.rate_windows WHERE started_at < now() - interval '2 days' LIMIT 5000))`,
  ),
  sweep("address_windows", "key", "started_at < now() - interval '2 days'"),
  sql(
    "sweep_consumed_assertions",
    `DELETE FROM identity.consumed_assertions WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM identity.consumed_assertions WHERE expires_at < now() - interval '1 hour' LIMIT 5000))`,
  ),
];

function sweep(name: string, key: string, condition: string, table = name): Statement {
  return sql(
    `sweep_${name}`,
    `DELETE FROM identity.${table} WHERE ${key} IN (SELECT ${key} FROM identity.${table} WHERE ${condition} LIMIT 5000)`,
  );
}

/** Clears away from time to time what nobody can use any more. Any number of instances may: they only delete what is over. */
export function startSweeping(db: Database, failed: (error: unknown) => void): () => void {
  const timer = setInterval(() => {
    sweepOnce(db).catch(failed);
  }, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** As long as events are kept, and can be read. */
const EVENTS_LAST_MS = 90 * DAY_MS;
const ATTEMPTS_LAST_MS = 30 * DAY_MS;
// By the ids, which are in the order of time and indexed: there may be millions.
const SWEEP_EVENTS = sql(
  "sweep_events",
  "DELETE FROM identity.events WHERE id IN (SELECT id FROM identity.events WHERE id < $1 ORDER BY id LIMIT 20000)",
);
const SWEEP_ATTEMPTS = sql(
  "sweep_webhook_attempts",
  "DELETE FROM identity.webhook_attempts WHERE id IN (SELECT id FROM identity.webhook_attempts WHERE id < $1 ORDER BY id LIMIT 20000)",
);

export async function sweepOnce(db: Database): Promise<void> {
  for (const statement of SWEEPS) await db.query(EVERY_ENVIRONMENT, statement, []);
  const now = Date.now();
  await db.query(EVERY_ENVIRONMENT, SWEEP_EVENTS, [firstIdSince("event", new Date(now - EVENTS_LAST_MS))]);
  await db.query(EVERY_ENVIRONMENT, SWEEP_ATTEMPTS, [firstIdSince("wa", new Date(now - ATTEMPTS_LAST_MS))]);
  await tellWhatIsDue(db, new Date());
  await expireMessages({ db });
  await endTokens(db, new Date());
}
