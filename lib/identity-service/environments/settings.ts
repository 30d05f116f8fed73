import { z } from "zod";
import { type Database, sql } from "../db.ts";
import { notFound } from "../wire/errors.ts";
import { parse } from "../wire/params.ts";

const PageUrl = z.url({ protocol: /^https?$/ }).max(500);

/**
 * What an environment decides for itself beyond its name, as kept in `environments.settings`. Each domain adds its part
 * here, with defaults for every key, so that `{}` is complete.
 */
export const EnvironmentSettings = z.strictObject({
  /** How people may sign in, and whether somebody unknown may become a user by it. */
  authentication: z
    .strictObject({
      password: z.boolean().default(true),
      magic_auth: z.boolean().default(true),
      sign_up: z.boolean().default(true),
    })
    .prefault({}),
  /** Pages of the application's own that links in messages lead to. Null: the hosted pages. */
  pages: z
    .strictObject({
      password_reset_url: PageUrl.nullable().default(null),
      invitation_url: PageUrl.nullable().default(null),
    })
    .prefault({}),
  password: z
    .strictObject({
      minimum_length: z.number().int().min(8).max(64).default(10),
    })
    .prefault({}),
  roles: z
    .strictObject({
      /** Whether a member may have several roles at once. */
      multiple: z.boolean().default(false),
    })
    .prefault({}),
});
export type EnvironmentSettings = z.output<typeof EnvironmentSettings>;

const FIND = sql("environment_settings", "SELECT settings FROM identity.environments WHERE id = $1");

export async function getSettings(db: Database, environmentId: string): Promise<EnvironmentSettings> {
  const [row] = await db.query<{ settings: unknown }>(environmentId, FIND, [environmentId]);
  if (!row) throw notFound("Environment", environmentId);
  return EnvironmentSettings.parse(row.settings);
}

/**
 * What is to be kept after a change: given keys are set, down to the innermost, and `null` brings back the default. Only
 * what was said is kept, so that a better default reaches everyone who never chose.
 *
 * @throws WireError 422 naming each setting that is unknown or wrong.
 */
export function mergeSettings(kept: unknown, change: Record<string, unknown>): Record<string, unknown> {
  const merged = mergeObjects(isObject(kept) ? kept : {}, change);
  parse(z.object({ settings: EnvironmentSettings }), { settings: merged });
  return merged;
}

function mergeObjects(
  before: Record<string, unknown>,
  change: Record<string, unknown>,
): Record<string, unknown> {
  const after = { ...before };
  for (const [key, value] of Object.entries(change)) {
    const old = Object.hasOwn(before, key) ? before[key] : undefined;
    if (value === null) delete after[key];
    else if (isObject(value)) define(after, key, mergeObjects(isObject(old) ? old : {}, value));
    else define(after, key, value);
  }
  return after;
}

/** Not by assignment: `__proto__` is to be an unknown setting like any other. */
function define(object: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
