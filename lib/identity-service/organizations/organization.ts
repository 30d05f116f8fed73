import { z } from "zod";
import { iso } from "../wire/time.ts";

const ascii = /^[\x20-\x7e]+$/;

/** A DNS name of at least two labels, lower case. Internal names are none the worse for not being public. */
export const DomainName = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(
    /^(?=.*[a-z])([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "This is not a domain name.",
  );

const DomainData = z.object({ domain: DomainName, state: z.enum(["pending", "verified"]) });

const fields = {
  name: z.string().trim().min(1, "Give the organization a name.").max(255),
  domain_data: z.array(DomainData).max(100).optional(),
  domains: z.array(DomainName).max(100).optional(),
  // Looked at by `mergeMetadata`: a wrong one is a 400 with a code of its own.
  metadata: z.unknown().optional(),
  external_id: z.string().min(1).max(64).regex(ascii).nullish(),
  allow_profiles_outside_organization: z.boolean().optional(),
  stripe_customer_id: z.string().max(255).nullish(),
};

export const CreateOrganization = z.object(fields);
export const ChangeOrganization = z.object({ ...fields, name: fields.name.optional() });
export type ChangeOrganization = z.infer<typeof ChangeOrganization>;

export interface OrganizationRow {
  id: string;
  name: string;
  external_id: string | null;
  stripe_customer_id: string | null;
  metadata: Record<string, string>;
  allow_outside_profiles: boolean;
  created_at: Date;
  updated_at: Date;
  /** As JSON from the database: its timestamps are text. */
  domains: DomainRow[];
}

export interface DomainRow {
  id: string;
  organization_id: string;
  domain: string;
  state: string;
  strategy: string;
  verification_prefix: string;
  verification_token: string;
  created_at: Date | string;
  updated_at: Date | string;
}

export function organizationToWire(row: OrganizationRow) {
  return {
    object: "organization" as const,
    id: row.id,
    name: row.name,
    allow_profiles_outside_organization: row.allow_outside_profiles,
    domains: row.domains.map(domainToWire),
    metadata: row.metadata,
    external_id: row.external_id,
    ...(row.stripe_customer_id === null ? {} : { stripe_customer_id: row.stripe_customer_id }),
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

export function domainToWire(row: DomainRow) {
  return {
    object: "organization_domain" as const,
    id: row.id,
    organization_id: row.organization_id,
    domain: row.domain,
    state: row.state,
    verification_prefix: row.verification_prefix,
    verification_token: row.verification_token,
    verification_strategy: row.strategy,
    created_at: iso(new Date(row.created_at)),
    updated_at: iso(new Date(row.updated_at)),
  };
}

/**
 * Metadata after a change: pairs are merged, `null` takes one away, `{}` or null takes all away. Returns null where
 * the change or its outcome is more than metadata may be.
 */
export function mergeMetadata(
  before: Record<string, string>,
  change: unknown,
): Record<string, string> | null {
  if (change === undefined) return before;
  if (change === null) return {};
  const parsed = MetadataChange.safeParse(change);
  if (!parsed.success) return null;
  if (Object.keys(parsed.data).length === 0) return {};
  const after = Object.entries({ ...before, ...parsed.data }).filter(
    (pair): pair is [string, string] => pair[1] !== null,
  );
  return after.length > 10 ? null : Object.fromEntries(after);
}

const MetadataChange = z.record(
  z.string().min(1).max(40).regex(ascii),
  z
    .string()
    .max(600)
    .regex(/^[\x20-\x7e]*$/)
    .nullable(),
);
