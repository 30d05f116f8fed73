/** For how many hours the old key goes on working beside the new one. */
export const OVERLAPS = { "1": "1 hour", "24": "1 day", "168": "7 days", "720": "30 days" } as const;
