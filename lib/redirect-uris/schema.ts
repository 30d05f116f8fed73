import { z } from "zod";

export const AddRedirectUriInput = z.strictObject({
  environmentId: z.string().startsWith("env_"),
  uri: z.string().trim().min(1, "Write the redirect URI."),
});
export type AddRedirectUriInput = z.infer<typeof AddRedirectUriInput>;

export const RedirectUriRefInput = z.strictObject({ redirectUriId: z.string().startsWith("uri_") });
export type RedirectUriRefInput = z.infer<typeof RedirectUriRefInput>;
