import { z } from "zod";
import { DAY_MS } from "#lib/shared/clock.ts";

const DAYS_MAX = 366;

/** The days of an export, both included, in UTC. */
export const LogRange = z
  .strictObject({ from: z.iso.date(), until: z.iso.date() })
  .transform(({ from, until }) => ({
    from: new Date(`${from}T00:00:00Z`),
    until: new Date(Date.parse(`${until}T00:00:00Z`) + DAY_MS),
  }))
  .refine(({ from, until }) => from < until && until.getTime() - from.getTime() <= DAYS_MAX * DAY_MS);
export type LogRange = z.output<typeof LogRange>;
