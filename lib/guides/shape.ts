import type { Guide, GuideProblem, GuideRow } from "./schema.ts";

/** What a guide leads through. */
export const PROTOCOLS = ["saml", "oidc", "ldap", "scim"] as const;

/** What stands in braces in a guide, and is this connection's or directory's own. */
export const PLACEHOLDERS = [
  "application",
  "acs_url",
  "entity_id",
  "metadata_url",
  "slo_url",
  "redirect_uri",
  "post_logout_redirect_uri",
  "scim_url",
  "scim_token",
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What is known of them. The token is known once; the rest of a guide reads as well without it. */
export type GuideValues = Partial<Record<Placeholder, string>>;

/** Whether somebody who types this may mean the guide: every word begins one of its names or keywords. */
export function matches({ name, id, keywords }: GuideRow, query: string): boolean {
  const words = [name, id, ...keywords]
    .join(" ")
    .toLowerCase()
    .split(/[\s/()-]+/);
  const wanted = query
    .toLowerCase()
    .split(/[\s/()-]+/)
    .filter(Boolean);
  return wanted.every((part) => words.some((word) => word.startsWith(part)));
}

/** The general guides stand behind the others: they are for whoever found none. */
export function isGeneral({ id }: { id: string }): boolean {
  return id.startsWith("generic-") || id.endsWith("-generic");
}

const HOLE = new RegExp(`\\{(${PLACEHOLDERS.join("|")})\\}`, "g");

/** The text with the values that are known in place of their names. */
export function filled(text: string, values: GuideValues): string {
  return text.replace(HOLE, (hole, name: Placeholder) => values[name] ?? hole);
}

/** Whether everything that a text is made of is known, so that it can be copied. */
export function isFilled(text: string, values: GuideValues): boolean {
  return missingIn(text, values).length === 0;
}

export function missingIn(text: string, values: GuideValues): Placeholder[] {
  return [...text.matchAll(HOLE)].map(([, name]) => name as Placeholder).filter((name) => !values[name]);
}

/** The problems that a failed check of a sign-in's trace points to, those of the product itself first. */
export function problemsOf(guide: Guide, check: string): GuideProblem[] {
  return [...guide.problems, ...guide.generalProblems].filter(({ checks }) => checks.includes(check));
}
