import { z } from "zod";

// What a report or a plan says was written by a machine that nobody here knows, and is shown, printed and sent on: it has
// bounds, and none of the characters that move a cursor, turn lines around or end them.

/** Controls, line ends of Unicode, and the marks that change the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u;

/** One line of at most so many characters. */
export function line(lengthMax: number) {
  return z
    .string()
    .max(lengthMax)
    .refine((value) => !UNSEEN.test(value), "holds characters that cannot be seen");
}

/** The same, of several lines. */
export function text(lengthMax: number) {
  return z
    .string()
    .max(lengthMax)
    .refine((value) => !UNSEEN.test(value.replace(/\r?\n/g, "")), "holds characters that cannot be seen");
}

/** What somebody else's machine said, made fit for a line of a report. */
export function clean(said: string, lengthMax = 400): string {
  const seen = said.replace(new RegExp(UNSEEN.source, "gu"), " ").replace(/\s+/g, " ").trim();
  return seen.length > lengthMax ? `${seen.slice(0, lengthMax - 1)}…` : seen;
}

export const deploymentMode = z.enum(["connected", "restricted", "air_gapped"]);
