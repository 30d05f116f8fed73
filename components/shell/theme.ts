export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = "sallyport-theme";
export const RAIL_COOKIE = "sallyport-rail";

const YEAR_S = 365 * 24 * 60 * 60;

export function isTheme(value: unknown): value is Theme {
  return THEMES.some((theme) => theme === value);
}

/** The text of a cookie that remembers a choice about the look of the console in this browser, for a year. */
export function lookCookie(name: typeof THEME_COOKIE | typeof RAIL_COOKIE, value: string): string {
  return `${name}=${value}; path=/; max-age=${YEAR_S}; samesite=lax`;
}
