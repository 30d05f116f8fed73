import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { bareName } from "./shape.ts";

const domainId = z.string().startsWith("org_domain_");

/** A DNS name of at least two labels. Somebody may paste a whole address. */
export const DomainName = z
  .string()
  .transform(bareName)
  .pipe(
    z
      .string()
      .max(253, "A domain name has at most 253 characters.")
      .regex(
        /^(?=.*[a-z])([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "Write a domain name such as example.com.",
      ),
  );

export const AddDomainInput = z.strictObject({
  environmentId: z.string().startsWith("env_", "Choose the environment."),
  organizationId: z.string().startsWith("org_", "Choose the organization."),
  domain: DomainName,
});
export type AddDomainInput = z.output<typeof AddDomainInput>;

export const DomainRefInput = z.strictObject({ domainId });
export type DomainRefInput = z.infer<typeof DomainRefInput>;

export const VerifyByHandInput = z.strictObject({
  domainId,
  reason: z
    .string()
    .trim()
    .min(10, "Say how you know that the domain is theirs, in at least 10 characters.")
    .max(500, "At most 500 characters."),
});
export type VerifyByHandInput = z.infer<typeof VerifyByHandInput>;

export const RemoveDomainInput = z.strictObject({ domainId, confirm: z.string() });
export type RemoveDomainInput = z.infer<typeof RemoveDomainInput>;

/** What the list of domains may be sorted and filtered by. */
export const DOMAIN_LIST = {
  sorts: ["name", "organization", "state", "looked", "created"],
  filters: ["state", "strategy", "environment", "found"],
} as const satisfies ListSpec<string, string>;
export type DomainListQuery = ListQuery<
  (typeof DOMAIN_LIST.sorts)[number],
  (typeof DOMAIN_LIST.filters)[number]
>;
