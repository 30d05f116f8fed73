import { z } from "zod";

/** How the vendor shows itself to its customers' people: in the portal, and on a hand-over sheet. */
export const Vendor = z.object({ name: z.string().default("Sallyport"), contact: z.string().default("") });
export type Vendor = z.infer<typeof Vendor>;

export const VendorInput = z.strictObject({
  name: z.string().trim().min(2, "Say what your customers know you as.").max(80),
  contact: z.string().trim().max(200).default(""),
});
export type VendorInput = z.infer<typeof VendorInput>;
