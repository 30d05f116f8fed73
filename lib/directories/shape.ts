/** How often a directory is asked what changed, in minutes. */
export const SYNC_INTERVALS = {
  "15": "Every 15 minutes",
  "5": "Every 5 minutes",
  "60": "Every hour",
  "360": "Every 6 hours",
  "1440": "Once a day",
} as const;

export function intervalWords(minutes: number): string {
  const usual: Readonly<Record<string, string>> = SYNC_INTERVALS;
  return usual[minutes] ?? `Every ${minutes} minutes`;
}

/** For how many hours the old token goes on working beside the new one. */
export const TOKEN_OVERLAPS = { "24": "1 day", "1": "1 hour", "168": "7 days", "0": "Not at all" } as const;
