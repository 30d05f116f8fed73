import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { certificateNotices } from "./connections/certificate-notices.ts";
import { type Database, EVERY_ENVIRONMENT, type Run, sql } from "./db.ts";
import { eventRow, recordEvents } from "./events/record.ts";
import { type DomainRow, domainToWire } from "./organizations/organization.ts";
import { firstIdSince } from "./wire/ids.ts";

/**
 * What becomes true by time alone, with its event: each once, whichever instance comes first, for the statement that finds
 * it changes it too.
 */
export async function tellWhatIsDue(db: Database, now: Date): Promise<void> {
  await db.transaction(EVERY_ENVIRONMENT, (run) => signInsTimedOut(run, now));
  await db.transaction(EVERY_ENVIRONMENT, (run) => verificationsFailed(run, now));
  await db.transaction(EVERY_ENVIRONMENT, (run) => certificateNotices(run, now));
}

const TIMED_OUT = { code: "expired", message: "Nobody came back from the identity provider in time." };

// Of the last day, by the ids, which are in the order of time and indexed: there may be millions of sign-ins.
const TIME_OUT = sql(
  "sign_ins_time_out",
  `UPDATE identity.sign_ins AS late SET state = 'failed', error = coalesce(late.error, $3), finished_at = $2
   FROM identity.connections AS connection
   WHERE late.id IN (SELECT id FROM identity.sign_ins WHERE id > $1 AND state = 'pending' AND purpose = 'application'
       AND expires_at < $2 ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)
     AND connection.id = late.connection_id
   RETURNING late.id, late.environment_id, late.connection_id, connection.organization_id, late.error`,
);

interface Late {
  id: string;
  environment_id: string;
  connection_id: string;
  organization_id: string | null;
  error: { code: string; message: string };
}

async function signInsTimedOut(run: Run, now: Date): Promise<void> {
  // A minute later than nobody can come back any more: whoever does so now is not told two things.
  const before = new Date(now.getTime() - MINUTE_MS);
  const since = firstIdSince("sign_in", new Date(now.getTime() - DAY_MS));
  const late = await run<Late>(TIME_OUT, [since, before, JSON.stringify(TIMED_OUT)]);
  const events = late.map(({ id, environment_id, connection_id, organization_id, error }) =>
    eventRow(environment_id, id, {
      event: "authentication.sso_timed_out",
      data: {
        type: "sso",
        status: "timed_out",
        ip_address: null,
        user_agent: null,
        user_id: null,
        email: null,
        sso: { organization_id, connection_id, session_id: id },
        error,
      },
      organizationId: organization_id,
    }),
  );
  await recordEvents(run, events);
}

const VERIFICATION_LASTS_MS = 30 * DAY_MS;
const GIVE_UP = sql(
  "organization_domains_give_up",
  `UPDATE identity.organization_domains SET state = 'failed', updated_at = $2
   WHERE id IN (SELECT id FROM identity.organization_domains WHERE state = 'pending' AND updated_at < $1 LIMIT 1000
     FOR UPDATE SKIP LOCKED) RETURNING *`,
);

async function verificationsFailed(run: Run, now: Date): Promise<void> {
  const before = new Date(now.getTime() - VERIFICATION_LASTS_MS);
  const failed = await run<DomainRow & { environment_id: string }>(GIVE_UP, [before, now]);
  const events = failed.map((row) =>
    eventRow(row.environment_id, row.id, {
      event: "organization_domain.verification_failed",
      data: { reason: "domain_verification_period_expired", organization_domain: domainToWire(row) },
      organizationId: row.organization_id,
    }),
  );
  await recordEvents(run, events);
}
