import "server-only";
import { cache } from "react";
import { asSystem } from "#lib/platform/db.ts";
import { readVendor as read } from "#lib/vendor/queries.ts";

/** Whose portal it is, and whom to ask. Read once a request. */
export const readVendor = cache(() => asSystem("who is at the portal is no person of this console", read));
