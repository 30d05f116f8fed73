import type { ProfileField } from "#lib/drivers/port.ts";

/** What a browser may send at once is limited; a provider's own document is far smaller. */
export const METADATA_FILE_BYTES_MAX = 512 * 1024;

/** The fields of a profile that an attribute or claim is named for, as the form shows them. */
export const ATTRIBUTE_FIELDS = [
  { field: "idpId", label: "Identifier" },
  { field: "email", label: "E-mail" },
  { field: "firstName", label: "First name" },
  { field: "lastName", label: "Last name" },
  { field: "name", label: "Full name" },
  { field: "groups", label: "Groups" },
] as const satisfies { field: ProfileField; label: string }[];
