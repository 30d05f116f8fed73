import { z } from "zod";

const EXACT = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/;
const PATTERN = /^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*\.\*$/;
const NAMES_MAX = 200;

const names = (isName: (name: string) => boolean, problem: string) =>
  z
    .union([z.string(), z.array(z.string())])
    .default("")
    .transform((text) => (typeof text === "string" ? text.split(/[\s,;]+/) : text))
    .transform((list) => [...new Set(list.map((name) => name.trim()).filter(Boolean))].sort())
    .pipe(
      z
        .array(z.string())
        .max(NAMES_MAX, `Keep it at ${NAMES_MAX} events.`)
        .refine((list) => list.every(isName), problem),
    );

/** Names of events, one a line; none means all. */
export const EventNames = names((name) => EXACT.test(name), "Write names such as user.created, one a line.");

/** The same, and beginnings such as `dsync.*`. */
export const EventPatterns = names(
  (name) => EXACT.test(name) || PATTERN.test(name),
  "Write names such as user.created or dsync.*, one a line.",
);

/** Environments of the gateway's own deployment; none means all. */
export const OfEnvironments = z
  .array(z.string().startsWith("env_"))
  .max(100)
  .default([])
  .transform((ids) => [...new Set(ids)].sort());
