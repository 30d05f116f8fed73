import "server-only";
import { cache } from "react";
import { z } from "zod";
import { asSystem } from "#lib/platform/db.ts";

/** How the vendor shows itself to its customers' people. */
const Vendor = z.object({ name: z.string().default("Sallyport"), contact: z.string().default("") });
export type Vendor = z.infer<typeof Vendor>;

const KEY = "vendor";

/** Whose portal it is, and whom to ask. Read once a request. */
export const readVendor = cache(async (): Promise<Vendor> => {
  const row = await asSystem("who is at the portal is no person of this console", (tx) =>
    tx.setting.findUnique({ where: { key: KEY }, select: { value: true } }),
  );
  return Vendor.parse(row?.value ?? {});
});
