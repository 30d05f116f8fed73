import { z } from "zod";
import { LDAP_SOURCE } from "#lib/directories/schema.ts";
import { BindPassword, KeptBindPassword } from "#lib/shared/ldap-input.ts";

// What is wrong with a field is said by the name of the field: texts/<language>/ldap.json, under `refusals`.

const directoryId = z.string().startsWith("directory_").max(80);

export const DirectoryInput = z.strictObject({ directoryId });
export type DirectoryInput = z.infer<typeof DirectoryInput>;

export const BeginScimInput = z.strictObject({ guideId: z.string().min(1).max(80) });
export type BeginScimInput = z.infer<typeof BeginScimInput>;

export const RotateInput = z.strictObject({ directoryId, overlap: z.enum(["24", "1", "168", "0"]) });
export type RotateInput = z.infer<typeof RotateInput>;

/** A directory server whose people are read; with an id, one that is read already. */
export const CreateLdapInput = z.strictObject({ ...LDAP_SOURCE, bindPassword: BindPassword });
export type CreateLdapInput = z.output<typeof CreateLdapInput>;

export const ChangeLdapSourceInput = z.strictObject({
  directoryId,
  ...LDAP_SOURCE,
  bindPassword: KeptBindPassword,
});
export type ChangeLdapSourceInput = z.output<typeof ChangeLdapSourceInput>;

export const ProbeLdapSourceInput = z.strictObject({
  directoryId: directoryId.optional(),
  ...LDAP_SOURCE,
  bindPassword: KeptBindPassword,
});
export type ProbeLdapSourceInput = z.output<typeof ProbeLdapSourceInput>;
