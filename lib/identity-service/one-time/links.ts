import type { EnvironmentSettings } from "../environments/settings.ts";

/** Where the hosted pages are that links in messages lead to. */
export const HOSTED_PAGES = { passwordReset: "/authkit/reset-password", invitation: "/authkit/invitation" };

type Pages = EnvironmentSettings["pages"];

/** Null for the hosted page. */
export function passwordResetLink(baseUrl: string, page: string | null, token: string): string {
  return withToken(page ?? `${baseUrl}${HOSTED_PAGES.passwordReset}`, "token", token);
}

export function invitationLink(baseUrl: string, pages: Pages, token: string): string {
  return withToken(pages.invitation_url ?? `${baseUrl}${HOSTED_PAGES.invitation}`, "invitation_token", token);
}

function withToken(page: string, name: string, token: string): string {
  const url = new URL(page);
  url.searchParams.set(name, token);
  return url.href;
}
