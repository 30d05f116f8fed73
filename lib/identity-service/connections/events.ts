import { type Run, sql } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import { type ConnectionRow, connectionToWire } from "./connection.ts";

const READ = sql(
  "connection_event_read",
  `SELECT row.*, coalesce((SELECT json_agg(json_build_object('id', domain.id, 'domain', domain.domain) ORDER BY domain.id)
     FROM identity.connection_domains AS domain WHERE domain.connection_id = row.id), '[]') AS domains
   FROM identity.connections AS row WHERE row.environment_id = $1 AND row.id = $2`,
);

/** Tells of a connection as the transaction sees it, with the key that its addresses have in them. */
export async function tellConnection(
  run: Run,
  environmentId: string,
  what: "activated" | "deactivated" | "deleted",
  id: string,
): Promise<void> {
  const [row] = await run<ConnectionRow>(READ, [environmentId, id]);
  if (!row) return;
  const { status, domains, ...common } = connectionToWire(row);
  const more = what === "deleted" ? {} : { external_key: row.external_key, status, domains };
  await recordEvent(run, environmentId, {
    event: `connection.${what}`,
    data: { ...common, ...more },
    organizationId: row.organization_id,
  });
}
