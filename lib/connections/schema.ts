import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { REASON_NEEDED, reasonWhereNow, WHEN } from "#lib/revisions/schema.ts";
import {
  Certificates,
  checkSignIn,
  emptyOr,
  KeptBindPassword,
  LDAP_SIGN_IN,
  LdapKind,
} from "#lib/shared/ldap-input.ts";
import { PROVIDERS } from "./providers.ts";
import { METADATA_FILE_BYTES_MAX } from "./shape.ts";

const environmentId = z.string().startsWith("env_", "Choose the environment.");
const connectionId = z.string().startsWith("conn_");
const optional = z.string().trim().optional();

/** Domain names from a text field: separated by commas, spaces or lines. */
const Domains = z
  .string()
  .default("")
  .transform((text) =>
    text
      .toLowerCase()
      .split(/[\s,;]+/)
      .filter(Boolean),
  )
  .refine((domains) => domains.length <= 50, "Give at most 50 domains.")
  .refine(
    (domains) => domains.every((domain) => z.hostname().safeParse(domain).success && domain.includes(".")),
    "Give domain names such as example.com.",
  );
const TOO_LARGE = "This file is too large for metadata.";

const metadataXml = z.string().min(1, "Choose the metadata file.").max(METADATA_FILE_BYTES_MAX, TOO_LARGE);

/** A file as it is, whatever its encoding; a text; or the address of either. */
export const MetadataInput = z.discriminatedUnion("source", [
  z.strictObject({
    environmentId,
    source: z.literal("file"),
    fileBase64: z.base64("Choose the metadata file.").max((METADATA_FILE_BYTES_MAX * 4) / 3 + 4, TOO_LARGE),
  }),
  z.strictObject({ environmentId, source: z.literal("text"), metadataXml }),
  z.strictObject({
    environmentId,
    source: z.literal("url"),
    metadataUrl: z.url({ protocol: /^https?$/, error: "Write the whole URL of the metadata." }),
  }),
]);
export type MetadataInput = z.output<typeof MetadataInput>;

export const IssuerInput = z.strictObject({
  environmentId,
  issuer: z.url({ protocol: /^https?$/, error: "Write the issuer's URL." }),
});
export type IssuerInput = z.infer<typeof IssuerInput>;

const common = {
  environmentId,
  /** An organization that exists, or "new". */
  organizationId: z.string().min(1, "Choose the organization."),
  organizationName: optional,
  domains: Domains,
  name: z.string().trim().min(2, "Name the connection, such as Contoso Okta.").max(120),
};

const samlType = z.enum(Object.keys(PROVIDERS.saml) as [keyof typeof PROVIDERS.saml]);
const oidcType = z.enum(Object.keys(PROVIDERS.oidc) as [keyof typeof PROVIDERS.oidc]);
const ldapType = z.enum(Object.keys(PROVIDERS.ldap) as [keyof typeof PROVIDERS.ldap]);
const tick = z.literal("on").optional();

const saml = { ...common, type: samlType, signRequests: tick, idpInitiated: tick };

export const CreateConnectionInput = z
  .discriminatedUnion("source", [
    z.strictObject({
      ...saml,
      source: z.literal("metadata"),
      metadataXml,
      /** Where it was fetched from, if anywhere. */
      metadataUrl: emptyOr(z.url({ protocol: /^https?$/ })),
      /** Of several providers in it, which. */
      entityId: emptyOr(z.string().max(1_024)),
    }),
    /** Nothing of the provider yet: the values that are copied into it come first. */
    z.strictObject({ ...common, type: z.union([samlType, oidcType]), source: z.literal("later") }),
    z.strictObject({
      ...saml,
      source: z.literal("fields"),
      entityId: z.string().trim().min(1, "Write the provider's entity ID."),
      signInUrl: z.url({ protocol: /^https?$/, error: "Write the provider's sign-in URL." }),
      certificates: Certificates.refine(
        (list) => list.length > 0,
        "Paste the provider's signing certificate.",
      ),
    }),
    z.strictObject({
      ...common,
      type: oidcType,
      source: z.literal("oidc"),
      issuer: z.url({ protocol: /^https?$/, error: "Write the issuer's URL." }),
      clientId: z.string().trim().min(1, "Write the client ID."),
      clientSecret: z.string().trim().min(1, "Write the client secret."),
    }),
    z.strictObject({
      ...common,
      type: ldapType,
      source: z.literal("ldap"),
      ...LDAP_SIGN_IN,
      bindPassword: KeptBindPassword,
    }),
  ])
  .check((payload) => {
    const { value, issues } = payload;
    if (value.source !== "ldap") return;
    checkSignIn({ value, issues });
    if (value.bindDn !== "" && !value.bindPassword)
      issues.push({
        code: "custom",
        path: ["bindPassword"],
        message: "Write the account's password.",
        input: value,
      });
  })
  .refine((input) => input.organizationId !== "new" || (input.organizationName ?? "").length >= 2, {
    path: ["organizationName"],
    error: "Name the organization.",
  });
export type CreateConnectionInput = z.output<typeof CreateConnectionInput>;

export const ConnectionRefInput = z.strictObject({ connectionId });
export type ConnectionRefInput = z.infer<typeof ConnectionRefInput>;

export const ChangeStateInput = z.strictObject({ connectionId, state: z.enum(["active", "inactive"]) });
export type ChangeStateInput = z.infer<typeof ChangeStateInput>;

export const ReplaceCertificatesInput = z
  .strictObject({
    connectionId,
    certificates: Certificates.refine((list) => list.length > 0, "Paste at least one certificate."),
    ...WHEN,
  })
  .refine(reasonWhereNow, REASON_NEEDED);
export type ReplaceCertificatesInput = z.output<typeof ReplaceCertificatesInput>;

/** How an LDAP connection's servers are reached from now on. */
export const ChangeLdapInput = z
  .strictObject({ connectionId, kind: LdapKind, ...LDAP_SIGN_IN, bindPassword: KeptBindPassword, ...WHEN })
  .check(checkSignIn)
  .refine(reasonWhereNow, REASON_NEEDED);
export type ChangeLdapInput = z.output<typeof ChangeLdapInput>;

/** Pairs as `PairRows` sends them. A half-filled one is a mistake, not nothing. */
function pairs(countMax: number) {
  return z
    .string()
    .default("[]")
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue("Add the rows again.");
        return z.NEVER;
      }
    })
    .pipe(z.array(z.strictObject({ from: z.string().trim(), to: z.string().trim() })))
    .refine((rows) => rows.every(({ from, to }) => from !== "" && to !== ""), "Fill both sides of each row.")
    .refine((rows) => rows.length <= countMax, `Give at most ${countMax} rows.`);
}

const attribute = z
  .string()
  .trim()
  .max(200, "An attribute name has at most 200 characters.")
  .default("")
  .transform((text) => text || undefined);

export const ChangeMappingInput = z
  .strictObject({
    connectionId,
    name: common.name,
    domains: Domains,
    idpId: attribute,
    email: attribute,
    firstName: attribute,
    lastName: attribute,
    groups: attribute,
    fullName: attribute,
    customAttributes: pairs(50),
    roles: pairs(500),
    ...WHEN,
  })
  .refine(reasonWhereNow, REASON_NEEDED);
export type ChangeMappingInput = z.output<typeof ChangeMappingInput>;

export const RemoveConnectionInput = z.strictObject({ connectionId, confirm: z.string() });
export type RemoveConnectionInput = z.infer<typeof RemoveConnectionInput>;

export const ReadTestInput = z.strictObject({ connectionId, testId: z.string().min(1).max(80) });
export type ReadTestInput = z.infer<typeof ReadTestInput>;

export const SetupLinkInput = z
  .strictObject({
    environmentId,
    organizationId: z.string().min(1, "Choose the organization."),
    organizationName: optional,
    purpose: z.enum(["connection", "directory"]).default("connection"),
  })
  .refine((input) => input.organizationId !== "new" || (input.organizationName ?? "").length >= 2, {
    path: ["organizationName"],
    error: "Name the organization.",
  });
export type SetupLinkInput = z.output<typeof SetupLinkInput>;

/** What the list of connections may be sorted and filtered by. */
export const CONNECTION_LIST = {
  sorts: ["name", "organization", "state", "certificate", "lastSignIn", "failures"],
  filters: ["state", "environment", "certificate"],
} as const satisfies ListSpec<string, string>;
export type ConnectionListQuery = ListQuery<
  (typeof CONNECTION_LIST.sorts)[number],
  (typeof CONNECTION_LIST.filters)[number]
>;
