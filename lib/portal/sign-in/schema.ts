import { z } from "zod";
import { METADATA_FILE_BYTES_MAX } from "#lib/connections/shape.ts";
import { Certificates, emptyOr } from "#lib/shared/ldap-input.ts";

// What is wrong with a field is said by the key of a text: texts/<language>/connection.json, under `refusals`.

const connectionId = z.string().startsWith("conn_").max(80);

export const ConnectionInput = z.strictObject({ connectionId });
export type ConnectionInput = z.infer<typeof ConnectionInput>;

export const BeginInput = z.strictObject({ guideId: z.string().min(1).max(80) });
export type BeginInput = z.infer<typeof BeginInput>;

const webAddress = (refusal: string) =>
  z
    .string()
    .trim()
    .pipe(z.url({ protocol: /^https?$/, error: refusal }));
const metadataXml = z.string().min(1, "metadata").max(METADATA_FILE_BYTES_MAX, "tooLarge");

/** What is to be looked at before anything is kept: metadata as a file, a text or an address, or an issuer. */
export const InspectMetadataInput = z.discriminatedUnion("source", [
  z.strictObject({
    source: z.literal("file"),
    fileBase64: z.base64("metadata").max((METADATA_FILE_BYTES_MAX * 4) / 3 + 4, "tooLarge"),
  }),
  z.strictObject({ source: z.literal("text"), metadataXml }),
  z.strictObject({ source: z.literal("url"), metadataUrl: webAddress("address") }),
]);
export type InspectMetadataInput = z.output<typeof InspectMetadataInput>;

export const InspectIssuerInput = z.strictObject({ issuer: webAddress("issuer") });
export type InspectIssuerInput = z.infer<typeof InspectIssuerInput>;

/** What the provider says of itself, in the form it was at hand. */
export const ProviderInput = z.discriminatedUnion("source", [
  z.strictObject({
    connectionId,
    source: z.literal("metadata"),
    metadataXml,
    metadataUrl: emptyOr(z.url({ protocol: /^https?$/, error: "address" })),
    entityId: emptyOr(z.string().max(1_024)),
  }),
  z.strictObject({
    connectionId,
    source: z.literal("fields"),
    entityId: z.string().trim().min(1, "entityId").max(1_024),
    signInUrl: webAddress("signInUrl"),
    certificates: Certificates.refine((list) => list.length > 0, "certificates"),
  }),
  z.strictObject({
    connectionId,
    source: z.literal("oidc"),
    issuer: webAddress("issuer"),
    clientId: z.string().trim().min(1, "clientId").max(500),
    /** Left empty where one is kept already. */
    clientSecret: emptyOr(z.string().trim().max(2_000)),
  }),
]);
export type ProviderInput = z.output<typeof ProviderInput>;

const attribute = z
  .string()
  .trim()
  .max(200, "attribute")
  .default("")
  .transform((text) => text || undefined);

const Roles = z
  .string()
  .default("[]")
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue("roles");
      return z.NEVER;
    }
  })
  .pipe(
    z.array(z.strictObject({ group: z.string().trim().max(500), role: z.string().trim().max(48) })).max(500),
  )
  .refine((rows) => rows.every(({ group, role }) => group !== "" && role !== ""), "roles");

export const MappingInput = z.strictObject({
  connectionId,
  idpId: attribute,
  email: attribute,
  firstName: attribute,
  lastName: attribute,
  fullName: attribute,
  groups: attribute,
  roles: Roles,
});
export type MappingInput = z.output<typeof MappingInput>;

/** The certificates that are to be trusted: those of new metadata, or pasted ones; with those in use, or in their place. */
export const RenewalInput = z
  .strictObject({
    connectionId,
    metadataXml: emptyOr(metadataXml),
    metadataUrl: z.string().optional(),
    entityId: z.string().optional(),
    certificates: Certificates.optional().default([]),
    keep: z.literal("on").optional(),
  })
  .refine(({ metadataXml: xml, certificates }) => xml !== undefined || certificates.length > 0, {
    path: ["certificates"],
    error: "certificates",
  });
export type RenewalInput = z.output<typeof RenewalInput>;

export const TestInput = z.strictObject({ connectionId, testId: z.string().min(1).max(80) });
export type TestInput = z.infer<typeof TestInput>;

export const ActivateInput = z.strictObject({
  connectionId,
  /** Needed only where no test of exactly these settings has passed. */
  reason: emptyOr(z.string().trim().min(3, "reason").max(1_000)),
});
export type ActivateInput = z.output<typeof ActivateInput>;
