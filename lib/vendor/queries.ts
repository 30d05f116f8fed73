import "server-only";
import type { Actor } from "#lib/access/actor.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { Vendor } from "./schema.ts";

export const VENDOR_KEY = "vendor";

/** What stands at the top of the portal; the product's own name until an owner says another. */
export async function readVendor(tx: Tx): Promise<Vendor> {
  const row = await tx.setting.findUnique({ where: { key: VENDOR_KEY }, select: { value: true } });
  return Vendor.parse(row?.value ?? {});
}

/** The same for those who make links, and for the settings. */
export async function getVendor(actor: Actor): Promise<Vendor> {
  actor.must("setup_link.read");
  return await inScope(actor, readVendor);
}
