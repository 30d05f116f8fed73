import { z } from "zod";
import type { ListQuery, ListSpec } from "#lib/platform/list.ts";

export const AddRedirectUriInput = z.strictObject({
  environmentId: z.string().startsWith("env_"),
  uri: z.string().trim().min(1, "Write the redirect URI."),
});
export type AddRedirectUriInput = z.infer<typeof AddRedirectUriInput>;

export const RedirectUriRefInput = z.strictObject({ redirectUriId: z.string().startsWith("uri_") });
export type RedirectUriRefInput = z.infer<typeof RedirectUriRefInput>;

/** What the list of redirect URIs may be sorted by. */
export const REDIRECT_URI_LIST = { sorts: ["uri"], filters: [] } as const satisfies ListSpec<string, string>;
export type RedirectUriListQuery = ListQuery<"uri", never>;
