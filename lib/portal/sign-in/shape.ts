import type { ProfileField } from "#lib/drivers/port.ts";

/** The fields of a profile, in the order in which they are asked for. */
export const FIELDS = [
  "idpId",
  "email",
  "firstName",
  "lastName",
  "name",
  "groups",
] as const satisfies ProfileField[];
