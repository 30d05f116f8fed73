import { z } from "zod";
import { CertificateFields, certificateOf } from "./offline-answers.ts";
import type { IssuerReading, MetadataReading, ProviderReading, ReadCertificate } from "./reading-port.ts";

// What the service understood of a provider's own description, parsed into the words of the port.

const FindingAnswer = z.object({
  code: z.string(),
  severity: z.enum(["error", "warning", "note"]),
  message: z.string(),
  mend: z.string(),
  values: z.record(z.string(), z.string()),
});

const ReadCertificateAnswer = CertificateFields.extend({
  use: z.string(),
  key: z.string(),
}).transform(({ use, key, ...found }): ReadCertificate => ({ ...certificateOf(found), use, key }));

const texts = z.array(z.string());

const ProviderAnswer = z
  .object({
    entity_id: z.string(),
    name: z.string().nullable(),
    sso_url: z.string().nullable(),
    endpoints: z.array(z.object({ use: z.string(), binding: z.string(), location: z.string() })),
    certificates: z.array(ReadCertificateAnswer),
    name_id_formats: texts,
    algorithms: texts,
    attributes: texts,
    wants_signed_requests: z.boolean(),
    valid_until: z.coerce.date().nullable(),
    findings: z.array(FindingAnswer),
  })
  .transform(
    ({
      entity_id,
      sso_url,
      name_id_formats,
      wants_signed_requests,
      valid_until,
      ...same
    }): ProviderReading => ({
      ...same,
      entityId: entity_id,
      signInUrl: sso_url,
      nameIdFormats: name_id_formats,
      wantsSignedRequests: wants_signed_requests,
      validUntil: valid_until,
    }),
  );

export const ReadingAnswer = z
  .object({
    document: z.string().nullable(),
    idps: z.array(ProviderAnswer),
    findings: z.array(FindingAnswer),
  })
  .transform(({ idps, ...same }): MetadataReading => ({ ...same, providers: idps }));

export const IssuerReadingAnswer: z.ZodType<IssuerReading> = z.object({
  issuer: z.string().nullable(),
  endpoints: z.array(z.object({ use: z.string(), location: z.string() })),
  keys: z.array(z.object({ id: z.string().nullable(), key: z.string(), algorithm: z.string().nullable() })),
  algorithms: texts,
  scopes: texts,
  claims: texts,
  findings: z.array(FindingAnswer),
});
