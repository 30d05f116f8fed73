import { type Run, sql } from "../../db.ts";
import { noteCertificates } from "../certificate-notices.ts";
import type { ConnectionRow } from "../connection.ts";
import { tellConnection } from "../events.ts";
import { SamlSettings } from "../settings.ts";
import type { RevisionContent } from "./revision.ts";
import { contentValues } from "./store.ts";

const APPLY = sql(
  "connection_revision_apply",
  `UPDATE identity.connections SET connection_type = $3, saml = $4, oidc = $5, ldap = $6, attribute_map = $7, role_map = $8,
     state = $9, settings_at = $10, updated_at = now() WHERE environment_id = $1 AND id = $2`,
);

/** Has sign-ins go by these settings from now on, in the transaction that says so in the history. */
export async function applySettings(
  run: Run,
  connection: ConnectionRow,
  content: RevisionContent,
  state: ConnectionRow["state"],
  now: Date,
): Promise<void> {
  const { environment_id, id } = connection;
  await run(APPLY, [environment_id, id, ...contentValues(content), state, now]);
  const [before, after] = [connection.saml, content.saml].map((saml) =>
    saml ? SamlSettings.parse(saml) : null,
  );
  await noteCertificates(run, connection, before ?? null, after ?? null, now);
  if (state === "active" && connection.state !== "active")
    await tellConnection(run, environment_id, "activated", id);
}
