import { DAY_MS } from "#lib/shared/clock.ts";
import { json, type Run, sql } from "../db.ts";
import { eventRow, recordEvent, recordEvents } from "../events/record.ts";
import { SamlSettings } from "./settings.ts";

/** How many days before the last certificate of an identity provider ends somebody is told, and once it has. */
const NOTICES_DAYS = [30, 7, 0] as const;

interface Connection {
  id: string;
  environment_id: string;
  organization_id: string | null;
}

const UNREAD = sql(
  "connection_certificates_unread",
  `SELECT id, environment_id, saml FROM identity.connections
   WHERE saml IS NOT NULL AND certificates_end_at IS NULL AND state = 'active' ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED`,
);
const READ = sql(
  "connection_certificates_read",
  "UPDATE identity.connections SET certificates_end_at = $2 WHERE id = $1",
);
// The smallest number of days that applies and was not told yet: who was away for a month is told once.
const DUE = sql(
  "connection_certificates_due",
  `UPDATE identity.connections AS connection SET certificate_notice_days = due.days
   FROM (SELECT row.id, min(notice.days) AS days FROM identity.connections AS row CROSS JOIN unnest($2::int[]) AS notice (days)
     WHERE row.state = 'active' AND row.certificates_end_at <= $1::timestamptz + notice.days * interval '1 day' GROUP BY row.id) AS due
   WHERE connection.id = due.id AND (connection.certificate_notice_days IS NULL OR connection.certificate_notice_days > due.days)
   RETURNING connection.id, connection.environment_id, connection.organization_id, connection.certificates_end_at`,
);

/** Tells of certificates that have to be renewed soon, or had to be. An expired one is trusted on: see saml/trusted-keys.ts. */
export async function certificateNotices(run: Run, now: Date): Promise<void> {
  for (const { id, saml } of await run<{ id: string; saml: unknown }>(UNREAD, [])) {
    const ends = await certificatesEnd(SamlSettings.parse(saml));
    // Of what cannot be read nothing is told, and it is not tried again at each turn.
    await run(READ, [id, ends ?? new Date("9999-12-31T00:00:00Z")]);
  }
  const due = await run<Connection & { certificates_end_at: Date }>(DUE, [now, NOTICES_DAYS.map(String)]);
  const events = due.map((row) => {
    const left = row.certificates_end_at.getTime() - now.getTime();
    return eventRow(row.environment_id, row.id, {
      event: "connection.saml_certificate_renewal_required",
      data: {
        connection: aboutOf(row),
        certificate: { ...certificateOf(row.certificates_end_at), is_expired: left <= 0 },
        days_until_expiry: Math.max(0, Math.floor(left / DAY_MS)),
      },
      organizationId: row.organization_id,
    });
  });
  await recordEvents(run, events);
}

const CHANGED = sql(
  "connection_certificates_changed",
  "UPDATE identity.connections SET certificates_end_at = $3, certificate_notice_days = NULL WHERE environment_id = $1 AND id = $2",
);

/** Notes when a connection's certificates end now, and tells where that is later than it was. */
export async function noteCertificates(
  run: Run,
  connection: Connection,
  before: SamlSettings | null,
  after: SamlSettings | null,
  now: Date,
): Promise<void> {
  if (json(before?.idp_certificates ?? []) === json(after?.idp_certificates ?? [])) return;
  const [was, is] = [before && (await certificatesEnd(before)), after && (await certificatesEnd(after))];
  await run(CHANGED, [connection.environment_id, connection.id, is]);
  if (!was || !is || is <= was) return;
  await recordEvent(run, connection.environment_id, {
    event: "connection.saml_certificate_renewed",
    data: {
      connection: aboutOf(connection),
      certificate: certificateOf(is),
      renewed_at: now.toISOString(),
    },
    organizationId: connection.organization_id,
  });
}

/** When the last of them ends: until then the provider has one that is good. Null where none can be read. */
async function certificatesEnd({ idp_certificates }: SamlSettings): Promise<Date | null> {
  const { describeCertificate } = await import("../saml/certificates.ts");
  const ends = idp_certificates.flatMap((pem) => {
    try {
      return describeCertificate(pem).notAfter.getTime();
    } catch {
      // One that moved here from elsewhere and is none: it ends nothing, and vouches for nothing either.
      return [];
    }
  });
  return ends.length > 0 ? new Date(Math.max(...ends)) : null;
}

function aboutOf({ id, organization_id }: Connection) {
  return { id, ...(organization_id === null ? {} : { organization_id }) };
}

function certificateOf(endsAt: Date) {
  return { certificate_type: "ResponseSigning" as const, expiry_date: endsAt.toISOString() };
}
