import { z } from "zod";
import { LdapDirectoryInput } from "../ldap/settings.ts";
import { DomainName } from "../organizations/organization.ts";

/** WorkOS's directory types whose providers send people by SCIM: the only ones that need nothing from the Internet. */
export const SCIM_TYPES = [
  "azure scim v2.0",
  "cyberark scim v2.0",
  "generic scim v2.0",
  "jump cloud scim v2.0",
  "okta scim v2.0",
  "onelogin scim v2.0",
  "pingfederate scim v2.0",
  "rippling scim v2.0",
  "sailpoint scim v2.0",
] as const;

/** What LDAP directories are called on the wire, which knows none. */
export const LDAP_TYPE = "generic scim v2.0";

const AttributeName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, "An attribute's name has letters, digits and _, at most 64.");

/** How a directory is treated, as kept with it. */
export const DirectorySettings = z.object({
  /** Custom attributes, and where in what the provider sends each is found: `title`, `urn:…:User:department`. */
  attribute_map: z.record(AttributeName, z.string().trim().min(1).max(300)).default({}),
  /** Whether applications hear that a deactivated user is gone, or that it is inactive. */
  deactivated_users: z.enum(["delete", "keep"]).default("delete"),
  /** Whether its people become users and members of its organization. */
  provisioning: z.boolean().default(false),
  /** Whether those who do not become members at once are invited by mail. */
  invitations: z.boolean().default(true),
  /** Whether `/directory_users` is limited as in the cloud, to four requests a second. */
  rate_limit: z.boolean().default(false),
});
export type DirectorySettings = z.infer<typeof DirectorySettings>;

const SettingsInput = z.strictObject({
  attribute_map: DirectorySettings.shape.attribute_map.unwrap().optional(),
  deactivated_users: DirectorySettings.shape.deactivated_users.unwrap().optional(),
  provisioning: z.boolean().optional(),
  invitations: z.boolean().optional(),
  rate_limit: z.boolean().optional(),
});

const Name = z.string().trim().min(1, "Give the directory a name.").max(255);

export const CreateDirectory = z.strictObject({
  organization_id: z.string(),
  source: z.enum(["scim", "ldap"]).default("scim"),
  type: z.enum(SCIM_TYPES).optional(),
  name: Name,
  domain: DomainName.nullish(),
  settings: SettingsInput.optional(),
  /** Where a directory of the source `ldap` is read from. */
  ldap: LdapDirectoryInput.optional(),
});
export type CreateDirectory = z.infer<typeof CreateDirectory>;

export const ChangeDirectory = z.strictObject({
  type: z.enum(SCIM_TYPES).optional(),
  name: Name.optional(),
  domain: DomainName.nullish(),
  settings: SettingsInput.optional(),
  ldap: LdapDirectoryInput.optional(),
});
export type ChangeDirectory = z.infer<typeof ChangeDirectory>;
