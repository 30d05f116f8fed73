import type { FastifyInstance } from "fastify";
import { z } from "zod";
import {
  ChangeConnection,
  CreateConnection,
  changeConnection,
  createConnection,
} from "../connections/commands.ts";
import {
  addressesOf,
  type ConnectionRow,
  connections,
  connectionToWire,
  getConnection,
} from "../connections/connection.ts";
import { fetchMetadata, inspect } from "../connections/input.ts";
import { removeConnection } from "../connections/remove.ts";
import { readFilter } from "../connections/routes.ts";
import { OidcSettings, SamlSettings } from "../connections/settings.ts";
import { getEnvironment } from "../environments/store.ts";
import { LdapSettings } from "../ldap/settings.ts";
import type { CertificateDescription, IdpDescription } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { createTestSignIn } from "../sso/test-sign-in.ts";
import { getTestSignIn, type TraceRow, traces, traceToWire } from "../sso/traces.ts";
import { refused } from "../wire/errors.ts";
import { type List, readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { isoOrNull } from "../wire/time.ts";

interface InEnvironment {
  Params: { env: string };
  Querystring: Params;
}
interface ById {
  Params: { env: string; id: string };
  Querystring: Params;
}

export function managedConnectionRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.post<InEnvironment>("/environments/:env/connections", async ({ params, body }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    const made = await createConnection(service, id, parse(CreateConnection, body));
    return reply.code(201).send(await detail(service, made));
  });
  app.get<InEnvironment>("/environments/:env/connections", async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const source = connections(id, readFilter(query), { since: yesterday(service) });
    const list: List<ConnectionRow> = await readList(
      db,
      id,
      source,
      readPage(query),
      (row: ConnectionRow) => row,
    );
    return { ...list, data: await Promise.all(list.data.map((row) => detail(service, row))) };
  });
  app.get<ById>("/environments/:env/connections/:id", async ({ params }) => {
    const { id } = await getEnvironment(db, params.env);
    return await detail(service, await getConnection(db, id, params.id));
  });
  app.patch<ById>("/environments/:env/connections/:id", async ({ params, body }) => {
    const { id } = await getEnvironment(db, params.env);
    return await detail(
      service,
      await changeConnection(service, id, params.id, parse(ChangeConnection, body)),
    );
  });
  app.delete<ById>("/environments/:env/connections/:id", async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    await removeConnection(db, id, params.id);
    return reply.code(204).send();
  });
}

export function testAndTraceRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.post<ById>("/environments/:env/connections/:id/test_sign_ins", async ({ params }, reply) => {
    const { id } = await getEnvironment(db, params.env);
    return reply.code(201).send(await createTestSignIn(service, id, params.id));
  });
  app.get<{ Params: { env: string; id: string; test: string } }>(
    "/environments/:env/connections/:id/test_sign_ins/:test",
    async ({ params }) => {
      const { id } = await getEnvironment(db, params.env);
      return await getTestSignIn(service, id, { connectionId: params.id, id: params.test });
    },
  );
  app.get<ById>("/environments/:env/connections/:id/traces", async ({ params, query }) => {
    const { id } = await getEnvironment(db, params.env);
    const connection = await getConnection(db, id, params.id);
    const toWire = (row: TraceRow) => traceToWire(row, service.clock());
    return await readList<TraceRow, unknown>(db, id, traces(id, connection.id), readPage(query), toWire);
  });
}

export const InspectMetadata = z.strictObject({
  metadata_xml: z.string().max(1_000_000).optional(),
  metadata_url: z.url().optional(),
});

/** POST /sallyport/v1/metadata/inspect: what was understood of a document, before anything is kept. */
export function metadataRoutes(app: FastifyInstance, service: Service): void {
  app.post("/metadata/inspect", async ({ body }) => {
    const { metadata_xml, metadata_url } = parse(InspectMetadata, body);
    const xml = metadata_xml ?? (metadata_url ? await fetchMetadata(metadata_url) : undefined);
    if (xml === undefined)
      throw refused(422, "Give either metadata_xml or metadata_url.", "invalid_request_parameters");
    const { idps, warnings } = await inspect(service, xml);
    const [first] = idps;
    return {
      object: "metadata_inspection",
      ...idpToWire(first),
      warnings: [...warnings, ...first.warnings],
      idps: idps.map(idpToWire),
    };
  });
}

function idpToWire(idp: IdpDescription) {
  const redirect = idp.singleSignOn.find(({ binding }) => binding === "redirect");
  const post = idp.singleSignOn.find(({ binding }) => binding === "post");
  return {
    entity_id: idp.entityId,
    name: idp.displayName,
    sso_url: (redirect ?? post)?.location ?? null,
    endpoints: [
      ...idp.singleSignOn.map(({ binding, location }) => ({ use: "sign_on", binding, location })),
      ...idp.singleLogout.map(({ binding, location }) => ({ use: "logout", binding, location })),
    ],
    certificates: idp.certificates.map((certificate) => ({
      ...certificateToWire(certificate),
      use: certificate.use,
    })),
    name_id_formats: idp.nameIdFormats,
    algorithms: idp.algorithms,
    attributes: idp.attributes,
    wants_signed_requests: idp.wantsSignedRequests,
    valid_until: isoOrNull(idp.validUntil),
    warnings: idp.warnings,
  };
}

function certificateToWire(certificate: CertificateDescription) {
  return {
    subject: certificate.subject,
    issuer: certificate.issuer,
    serial: certificate.serial,
    fingerprint_sha256: certificate.fingerprintSha256,
    not_before: certificate.notBefore.toISOString(),
    not_after: certificate.notAfter.toISOString(),
    key: certificate.key,
  };
}

/** A connection as whoever manages it sees it: how it is set up, and how it is doing. */
async function detail(service: Service, row: ConnectionRow) {
  const { describeCertificate } = await import("../saml/certificates.ts");
  const saml = row.saml ? SamlSettings.parse(row.saml) : null;
  const certificates = saml?.idp_certificates.map((pem) => certificateToWire(describeCertificate(pem))) ?? [];
  return {
    ...connectionToWire(row),
    organization_id: row.organization_id,
    saml,
    oidc: row.oidc ? withoutSecret(OidcSettings.parse(row.oidc)) : null,
    ldap: row.ldap ? withoutPassword(LdapSettings.parse(row.ldap)) : null,
    attribute_map: row.attribute_map,
    role_map: row.role_map,
    certificates,
    sp: addressesOf(service.env.baseUrl, row.external_key),
    last_sign_in_at: isoOrNull(row.last_sign_in_at),
    failures_24h: row.failures_24h,
  };
}

function withoutPassword({ bind_password_sealed, ...shown }: LdapSettings) {
  return { ...shown, has_bind_password: bind_password_sealed !== null };
}

function withoutSecret({ client_secret_sealed, ...shown }: OidcSettings) {
  return { ...shown, has_client_secret: client_secret_sealed !== null };
}

function yesterday({ clock }: Service): Date {
  return new Date(clock().getTime() - 24 * 3_600_000);
}
