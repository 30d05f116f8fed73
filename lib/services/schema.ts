import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

/** A service stands at an origin of its own: the official SDKs cannot be pointed at a path below one. */
const BaseUrl = z
  .url({ protocol: /^https?$/, error: "Write the address like https://identity.example.com." })
  .trim()
  .transform((value) => new URL(value))
  .refine((url) => url.pathname === "/" && !url.search && !url.hash, "Give the address without a path.")
  .refine((url) => !url.username && !url.password, "Give the address without a user name or password.")
  .transform((url) => url.origin);

export const RegisterServiceInput = z.strictObject({
  name: z.string().trim().min(2, "Give it a name that people recognise.").max(80),
  baseUrl: BaseUrl,
  token: z.string().trim().min(16, "Paste the whole management token of the service.").max(500),
  customerId: z
    .string()
    .optional()
    .transform((value) => value || null),
});
export type RegisterServiceInput = z.output<typeof RegisterServiceInput>;

export const ServiceRefInput = z.strictObject({ serviceId: z.string().startsWith("svc_") });
export type ServiceRefInput = z.infer<typeof ServiceRefInput>;

/** Removing asks for the name to be typed. */
export const RemoveServiceInput = ServiceRefInput.extend({ confirm: z.string() });
export type RemoveServiceInput = z.infer<typeof RemoveServiceInput>;

/** What the list of services may be sorted and filtered by. */
export const SERVICE_LIST = {
  sorts: ["name", "customer", "environments", "heard"],
  filters: ["state"],
} as const satisfies ListSpec<string, string>;
export type ServiceListQuery = ListQuery<(typeof SERVICE_LIST.sorts)[number], "state">;
