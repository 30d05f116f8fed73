import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type ReadDocument, readDocument, withoutDeclaration } from "../inspection/document.ts";
import { fetchDocument } from "../inspection/fetch.ts";
import type { Finding } from "../inspection/finding.ts";
import { inspectIssuer } from "../inspection/issuer.ts";
import { InspectionProblem } from "../inspection/problem.ts";
import type { IdpDescription } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { parse } from "../wire/params.ts";
import { isoOrNull } from "../wire/time.ts";
import { certificateToWire } from "./certificate.ts";

/** A text, a file as it is (compressed perhaps, or in another encoding), or the address of either. */
export const InspectMetadata = z
  .strictObject({
    metadata_xml: z.string().max(1_000_000).optional(),
    metadata_base64: z.base64().max(1_400_000).optional(),
    metadata_url: z.string().max(2_000).optional(),
  })
  .refine((body) => Object.values(body).filter((value) => value !== undefined).length === 1, {
    error: "Give one of metadata_xml, metadata_base64 and metadata_url.",
  });
type InspectMetadata = z.output<typeof InspectMetadata>;

export const InspectIssuer = z.strictObject({ issuer: z.string().max(2_000) });

export function inspectionRoutes(app: FastifyInstance, service: Service): void {
  /** What was understood of a document, before anything is kept. What it is instead is an answer too. */
  app.post("/metadata/inspect", async ({ body }) => {
    const asked = parse(InspectMetadata, body);
    try {
      return await inspectMetadata(service, asked);
    } catch (error) {
      if (!(error instanceof InspectionProblem)) throw error;
      return metadataToWire(null, [], [error.finding]);
    }
  });
  app.post("/oidc/inspect", async ({ body }) => {
    const { issuer } = parse(InspectIssuer, body);
    return { object: "issuer_inspection", ...(await inspectIssuer(issuer)) };
  });
}

async function inspectMetadata({ clock, env }: Service, asked: InspectMetadata) {
  const { text, findings } = await documentOf(asked);
  const { inspectMetadata: read } = await import("../saml/metadata.ts");
  try {
    const inspection = read(text, clock(), env.baseUrl);
    return metadataToWire(text, inspection.idps, [...findings, ...inspection.findings]);
  } catch (error) {
    if (!(error instanceof InspectionProblem)) throw error;
    return metadataToWire(null, [], [error.finding, ...findings]);
  }
}

async function documentOf({
  metadata_xml,
  metadata_base64,
  metadata_url = "",
}: InspectMetadata): Promise<ReadDocument> {
  if (metadata_xml !== undefined) return { text: withoutDeclaration(metadata_xml), findings: [] };
  if (metadata_base64 !== undefined) return readDocument(Buffer.from(metadata_base64, "base64"));
  const fetched = await fetchDocument(
    metadata_url,
    "application/samlmetadata+xml, application/xml, */*;q=0.5",
  );
  const { text, findings } = readDocument(fetched.body);
  return { text, findings: [...fetched.findings, ...findings] };
}

function metadataToWire(
  document: string | null,
  idps: readonly IdpDescription[],
  findings: readonly Finding[],
) {
  return { object: "metadata_inspection", document, findings, idps: idps.map(idpToWire) };
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
    findings: idp.findings,
  };
}
