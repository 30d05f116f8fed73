import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";
import { BindPassword, emptyOr, KeptBindPassword, LDAP_SERVER, LdapKind } from "#lib/shared/ldap-input.ts";
import { DIRECTORY_PROVIDERS } from "./providers.ts";

const directoryId = z.string().startsWith("directory_");
const name = z.string().trim().min(2, "Name the directory, such as Contoso staff.").max(120);
const tick = z.literal("on").optional();
const deactivated = z.enum(["delete", "keep"], "Choose what applications hear of deactivated people.");

const common = {
  environmentId: z.string().startsWith("env_", "Choose the environment."),
  /** An organization that exists, or "new". */
  organizationId: z.string().min(1, "Choose the organization."),
  organizationName: z.string().trim().optional(),
  name,
  deactivated,
  provisioning: tick,
};

const Filter = emptyOr(
  z.string().regex(/^\(.+\)$/s, "Write an LDAP filter in parentheses, or leave it empty."),
);

/** Where a directory is read from. */
export const LDAP_SOURCE = {
  kind: LdapKind,
  ...LDAP_SERVER,
  userFilter: Filter,
  groupFilter: Filter,
  intervalMinutes: z
    .string()
    .regex(/^\d{1,4}$/, "Choose how often it is asked.")
    .transform(Number)
    .refine((minutes) => minutes >= 1 && minutes <= 1_440, "Choose how often it is asked."),
};

export const CreateDirectoryInput = z
  .discriminatedUnion("source", [
    z.strictObject({
      ...common,
      source: z.literal("scim"),
      type: z.enum(
        Object.keys(DIRECTORY_PROVIDERS) as [keyof typeof DIRECTORY_PROVIDERS],
        "Choose the provider.",
      ),
    }),
    z.strictObject({ ...common, source: z.literal("ldap"), ...LDAP_SOURCE, bindPassword: BindPassword }),
  ])
  .refine((input) => input.organizationId !== "new" || (input.organizationName ?? "").length >= 2, {
    path: ["organizationName"],
    error: "Name the organization.",
  });
export type CreateDirectoryInput = z.output<typeof CreateDirectoryInput>;

/** Where a directory is read from, from now on. */
export const ChangeSourceInput = z.strictObject({
  directoryId,
  ...LDAP_SOURCE,
  bindPassword: KeptBindPassword,
});
export type ChangeSourceInput = z.output<typeof ChangeSourceInput>;

export const SyncDirectoryInput = z.strictObject({
  directoryId,
  kind: z.enum(["incremental", "full"]),
  acceptRemovals: tick,
});
export type SyncDirectoryInput = z.output<typeof SyncDirectoryInput>;

export const ChangeDirectoryInput = z.strictObject({ directoryId, name, deactivated, provisioning: tick });
export type ChangeDirectoryInput = z.output<typeof ChangeDirectoryInput>;

export const RotateTokenInput = z.strictObject({
  directoryId,
  overlap: z.enum(["24", "1", "168", "0"], "Choose how long both tokens work."),
});
export type RotateTokenInput = z.output<typeof RotateTokenInput>;

export const DirectoryRefInput = z.strictObject({ directoryId });
export type DirectoryRefInput = z.infer<typeof DirectoryRefInput>;

export const RemoveDirectoryInput = z.strictObject({ directoryId, confirm: z.string() });
export type RemoveDirectoryInput = z.infer<typeof RemoveDirectoryInput>;

/** What the list of directories may be sorted and filtered by. */
export const DIRECTORY_LIST = {
  sorts: ["name", "organization", "state", "users", "groups", "lastSync"],
  filters: ["state", "environment", "sync"],
} as const satisfies ListSpec<string, string>;
export type DirectoryListQuery = ListQuery<
  (typeof DIRECTORY_LIST.sorts)[number],
  (typeof DIRECTORY_LIST.filters)[number]
>;
