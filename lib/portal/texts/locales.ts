/** The languages of the portal. English is what the others are translations of. */
export const LOCALES = ["en", "de"] as const;
export type Locale = (typeof LOCALES)[number];
