import type { Database } from "../db.ts";
import { sql } from "../db.ts";
import { notFound } from "../wire/errors.ts";
import { firstIdSince } from "../wire/ids.ts";
import { containing, type ListSource } from "../wire/pagination.ts";
import { iso } from "../wire/time.ts";
import type { AttributeMap, RoleMap } from "./settings.ts";
import { filterType } from "./types.ts";

export interface ConnectionRow {
  id: string;
  environment_id: string;
  organization_id: string | null;
  connection_type: string;
  name: string;
  state: "draft" | "active" | "inactive";
  external_key: string;
  /** As stored; `SamlSettings`, `OidcSettings` and `LdapSettings` parse them. */
  saml: unknown;
  oidc: unknown;
  ldap: unknown;
  attribute_map: AttributeMap;
  role_map: RoleMap;
  last_sign_in_at: Date | null;
  created_at: Date;
  updated_at: Date;
  domains: { id: string; domain: string }[];
  failures_24h: number;
}

const SELECT = `SELECT row.*, coalesce(
    (SELECT json_agg(json_build_object('id', domain.id, 'domain', domain.domain) ORDER BY domain.id)
     FROM identity.connection_domains AS domain WHERE domain.connection_id = row.id), '[]') AS domains`;
const FROM = "FROM identity.connections AS row";

/** Failures since a moment, but for tests, which are there to fail; `$n` is the first id of that moment, because ids are in the order of time and indexed. */
function failuresSince(parameter: string): string {
  return `(SELECT count(*)::int FROM identity.sign_ins AS failed WHERE failed.connection_id = row.id
    AND failed.id > ${parameter} AND failed.state = 'failed' AND failed.purpose <> 'test') AS failures_24h`;
}

export interface ConnectionFilter {
  connectionType?: string | undefined;
  organizationId?: string | undefined;
  domain?: string | undefined;
  search?: string | undefined;
}

/** Connections of one environment. With `since`, failures are counted too, which only the management API shows. */
export function connections(
  environmentId: string,
  filter: ConnectionFilter,
  health?: { since: Date },
): ListSource {
  const where = ["row.environment_id = $1"];
  const values: ListSource["values"] = [environmentId];
  if (filter.connectionType)
    where.push(`row.connection_type = $${values.push(filterType(filter.connectionType))}`);
  if (filter.organizationId) where.push(`row.organization_id = $${values.push(filter.organizationId)}`);
  if (filter.domain)
    where.push(`EXISTS (SELECT FROM identity.connection_domains AS domain
      WHERE domain.connection_id = row.id AND domain.domain = $${values.push(filter.domain.toLowerCase())})`);
  if (filter.search) where.push(`row.name ILIKE $${values.push(containing(filter.search))}`);
  const failures = health && failuresSince(`$${values.push(firstIdSince("sign_in", health.since))}`);
  return { select: failures ? `${SELECT}, ${failures} ${FROM}` : `${SELECT} ${FROM}`, where, values };
}

const FIND = sql(
  "connection_find",
  `${SELECT}, ${failuresSince("$3")} ${FROM} WHERE row.environment_id = $1 AND row.id = $2`,
);
export async function getConnection(db: Database, environmentId: string, id: string): Promise<ConnectionRow> {
  const [row] = await db.query<ConnectionRow>(environmentId, FIND, [
    environmentId,
    id,
    firstIdSince("sign_in", new Date(Date.now() - 24 * 3_600_000)),
  ]);
  if (!row) throw notFound("Connection", id);
  return row;
}

export function connectionToWire(row: ConnectionRow) {
  return {
    object: "connection" as const,
    id: row.id,
    // Left out where there is none: the wire knows no null here.
    ...(row.organization_id === null ? {} : { organization_id: row.organization_id }),
    connection_type: row.connection_type,
    name: row.name,
    state: row.state,
    status: row.state === "active" ? ("linked" as const) : ("unlinked" as const),
    domains: row.domains.map(({ id, domain }) => ({ object: "connection_domain" as const, id, domain })),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

/** The addresses of this service that a customer's identity provider is given, each with the connection's own key in it. */
export function addressesOf(baseUrl: string, externalKey: string) {
  return {
    entity_id: `${baseUrl}/${externalKey}`,
    acs_url: `${baseUrl}/sso/saml/acs/${externalKey}`,
    metadata_url: `${baseUrl}/sso/saml/metadata/${externalKey}`,
    redirect_uri: `${baseUrl}/sso/oidc/callback/${externalKey}`,
    slo_url: `${baseUrl}/sso/saml/slo/${externalKey}`,
    post_logout_redirect_uri: `${baseUrl}/sso/oidc/logout/${externalKey}`,
    password_url: `${baseUrl}/sso/ldap/${externalKey}`,
  };
}
