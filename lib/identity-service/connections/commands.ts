import { z } from "zod";
import { newId } from "#lib/shared/ids.ts";
import { json, type Run, sql } from "../db.ts";
import { LdapInput } from "../ldap/settings.ts";
import { DomainName } from "../organizations/organization.ts";
import type { Service } from "../service.ts";
import { invalid, notFound } from "../wire/errors.ts";
import { madeNow, type Origin } from "../wire/ids.ts";
import { noteCertificates } from "./certificate-notices.ts";
import { type ConnectionRow, getConnection } from "./connection.ts";
import { tellConnection } from "./events.ts";
import { fetchMetadata } from "./input.ts";
import { mergeSettings, requireComplete, requireNamesNobodyCanFake } from "./protocols.ts";
import { By, Reason } from "./revisions/by.ts";
import { recordChange } from "./revisions/record.ts";
import { lockHistory } from "./revisions/store.ts";
import { AttributeMap, OidcInput, RoleMap, SamlInput, SamlSettings } from "./settings.ts";
import { isConnectionType, LDAP_CONNECTION_TYPE } from "./types.ts";

const State = z.enum(["draft", "active", "inactive"]);

const fields = {
  organization_id: z.string().nullish(),
  /** Needed for all but LDAP. */
  connection_type: z.string().refine(isConnectionType, "This is not a connection type.").optional(),
  name: z.string().trim().min(1).max(255),
  saml: SamlInput.nullish(),
  oidc: OidcInput.nullish(),
  ldap: LdapInput.nullish(),
  attribute_map: AttributeMap.nullish(),
  role_map: RoleMap.nullish(),
  domains: z.array(DomainName).max(100).nullish(),
  state: State.optional(),
  /** Who says so, as the history of its settings shows it. */
  by: By.optional(),
};

export const CreateConnection = z.strictObject(fields);
export type CreateConnection = z.infer<typeof CreateConnection>;
export const ChangeConnection = z.strictObject({
  ...fields,
  reason: Reason.nullish(),
  name: fields.name.optional(),
});
export type ChangeConnection = z.infer<typeof ChangeConnection>;

const INSERT = sql(
  "connection_insert",
  `INSERT INTO identity.connections (id, environment_id, organization_id, connection_type, name, state, external_key,
     saml, oidc, ldap, attribute_map, role_map, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
);
const UPDATE = sql(
  "connection_update",
  `UPDATE identity.connections SET organization_id = $3, connection_type = $4, name = $5, state = $6, saml = $7, oidc = $8,
     ldap = $9, attribute_map = $10, role_map = $11, updated_at = now(), settings_at = CASE WHEN $12 THEN $13 ELSE settings_at END
   WHERE environment_id = $1 AND id = $2`,
);
const HAS_ORGANIZATION = sql(
  "connection_has_organization",
  "SELECT id FROM identity.organizations WHERE environment_id = $1 AND id = $2 FOR SHARE",
);
const DROP_DOMAINS = sql(
  "connection_domains_drop",
  "DELETE FROM identity.connection_domains WHERE environment_id = $1 AND connection_id = $2 AND domain <> ALL ($3)",
);
const ADD_DOMAIN = sql(
  "connection_domain_add",
  `INSERT INTO identity.connection_domains (id, environment_id, connection_id, domain) VALUES ($1, $2, $3, $4)
   ON CONFLICT (connection_id, domain) DO NOTHING`,
);

/** What a connection that moves here brings along: its addresses stay those that the identity provider knows. */
export interface BroughtConnection {
  origin: Origin;
  externalKey: string | undefined;
  domains: ConnectionDomain[];
}
interface ConnectionDomain {
  id: string;
  domain: string;
}

/** A new connection. It is a draft until it is activated, so that it can be tried before people meet it. */
export async function createConnection(
  service: Service,
  environmentId: string,
  wanted: CreateConnection,
  brought?: BroughtConnection,
): Promise<ConnectionRow> {
  const { id, createdAt, updatedAt } = brought?.origin ?? madeNow("conn");
  const type = wanted.connection_type ?? (wanted.ldap ? LDAP_CONNECTION_TYPE : undefined);
  if (type === undefined) throw invalid([{ field: "connection_type", code: "required" }]);
  const before = { id, connection_type: type, saml: null, oidc: null, ldap: wanted.ldap ? {} : null };
  const settings = await mergeSettings(service, before, wanted);
  const state = wanted.state ?? "draft";
  if (state === "active") requireComplete({ connection_type: type, ...settings });
  requireNamesNobodyCanFake(settings, wanted.role_map ?? []);
  await service.db.transaction(environmentId, async (run) => {
    await requireOrganization(run, environmentId, wanted.organization_id ?? null);
    await requireRoles(run, environmentId, wanted.organization_id ?? null, wanted.role_map ?? []);
    await run(INSERT, [
      id,
      environmentId,
      wanted.organization_id ?? null,
      type,
      wanted.name,
      state,
      brought?.externalKey ?? newId("ext").slice("ext_".length),
      settings.saml && json(settings.saml),
      settings.oidc && json(settings.oidc),
      settings.ldap && json(settings.ldap),
      json(wanted.attribute_map ?? {}),
      json(wanted.role_map ?? []),
      createdAt,
      updatedAt,
    ]);
    await putDomains(run, environmentId, id, brought?.domains ?? named(wanted.domains));
    await lockHistory(run, environmentId, id, service.clock(), wanted.by ?? null);
    if (state === "active") await tellConnection(run, environmentId, "activated", id);
  });
  return await getConnection(service.db, environmentId, id);
}

export async function changeConnection(
  service: Service,
  environmentId: string,
  id: string,
  change: ChangeConnection,
): Promise<ConnectionRow> {
  // Metadata may have to be fetched, and nothing is locked while somebody else's server is waited for.
  await getConnection(service.db, environmentId, id);
  const known = await withMetadata(change);
  await service.db.transaction(environmentId, async (run) => {
    const history = await lockHistory(run, environmentId, id, service.clock());
    const now = history.connection;
    const organizationId =
      change.organization_id === undefined ? now.organization_id : change.organization_id;
    if (organizationId !== now.organization_id) await requireOrganization(run, environmentId, organizationId);
    await requireRoles(run, environmentId, organizationId, change.role_map ?? []);
    const state = change.state ?? now.state;
    // From what is there now: two changes at once must not bring back a certificate that one of them took away.
    const type = change.connection_type ?? now.connection_type;
    const settings = await mergeSettings(service, { ...now, connection_type: type }, known);
    if (state === "active") requireComplete({ connection_type: type, ...settings });
    // Whatever else is changed, switching off above all, has nothing to do with it.
    if (change.role_map || change.ldap) requireNamesNobodyCanFake(settings, change.role_map ?? now.role_map);
    const maps = {
      attribute_map: change.attribute_map ?? now.attribute_map,
      role_map: change.role_map ?? now.role_map,
    };
    const content = { connection_type: type, ...settings, ...maps };
    const changed = await recordChange(
      run,
      history,
      { ...content, state, by: change.by ?? null, reason: change.reason ?? null },
      service.clock(),
    );
    await run(UPDATE, [
      environmentId,
      id,
      organizationId,
      type,
      change.name ?? now.name,
      state,
      settings.saml && json(settings.saml),
      settings.oidc && json(settings.oidc),
      settings.ldap && json(settings.ldap),
      json(maps.attribute_map),
      json(maps.role_map),
      changed,
      service.clock(),
    ]);
    await putDomains(run, environmentId, id, named(change.domains));
    const about = { id, environment_id: environmentId, organization_id: organizationId };
    const before = now.saml ? SamlSettings.parse(now.saml) : null;
    await noteCertificates(run, about, before, settings.saml, service.clock());
    if ((state === "active") !== (now.state === "active"))
      await tellConnection(run, environmentId, state === "active" ? "activated" : "deactivated", id);
  });
  return await getConnection(service.db, environmentId, id);
}

/** Metadata that is fetched for a change, before anything is locked. */
export async function withMetadata<Change extends { saml?: SamlInput | null | undefined }>(
  change: Change,
): Promise<Change> {
  const { saml } = change;
  if (!saml?.metadata_url || saml.metadata_xml) return change;
  return { ...change, saml: { ...saml, metadata_xml: await fetchMetadata(saml.metadata_url) } };
}

async function requireOrganization(run: Run, environmentId: string, id: string | null): Promise<void> {
  if (id === null) return;
  const found = await run(HAS_ORGANIZATION, [environmentId, id]);
  if (found.length === 0) throw notFound("Organization", id);
}

const ROLES = sql(
  "connection_roles_known",
  `SELECT slug FROM identity.roles WHERE environment_id = $1 AND (organization_id IS NULL OR organization_id = $2) AND slug = ANY ($3)`,
);

/** @throws WireError 422 where a role that groups are to bring is not there. */
export async function requireRoles(
  run: Run,
  environmentId: string,
  organizationId: string | null,
  map: RoleMap,
): Promise<void> {
  if (map.length === 0) return;
  const wanted = map.map(({ role }) => role);
  const known = await run<{ slug: string }>(ROLES, [environmentId, organizationId, wanted]);
  const missing = wanted.find((role) => !known.some(({ slug }) => slug === role));
  if (missing === undefined) return;
  const message = `There is no role '${missing}'.`;
  throw invalid([{ field: "role_map", code: "role_not_found", message }], message);
}

async function putDomains(
  run: Run,
  environmentId: string,
  id: string,
  domains: ConnectionDomain[] | undefined,
): Promise<void> {
  if (!domains) return;
  await run(DROP_DOMAINS, [environmentId, id, domains.map(({ domain }) => domain)]);
  for (const each of domains) await run(ADD_DOMAIN, [each.id, environmentId, id, each.domain]);
}

function named(domains: string[] | null | undefined): ConnectionDomain[] | undefined {
  return domains?.map((domain) => ({ id: newId("conn_domain"), domain }));
}
