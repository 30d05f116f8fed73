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
      /** Whether an e-mail address has to be shown to be one's own before the first sign-in. */
      email_verification: z.boolean().default(true),
      /** `optional`: whoever has a second factor is asked for it. `required`: everybody sets one up. SSO is its own business. */
      second_factor: z.enum(["optional", "required"]).default("optional"),
      /** Signs in whomever `login_hint` names, unasked: for the application's own tests. Never in production. */
      test_mode: z.boolean().default(false),
      /** Whether a person is asked, the first time in a browser, before an identity provider's word signs them in. */
      sign_in_consent: z.boolean().default(false),
      /** Whether whoever signed in by our pages is known again in the same browser, by every application of the environment. */
      remember: z.boolean().default(true),
    })
    .prefault({}),
  /** Pages of the application's own that links in messages lead to. Null: the hosted pages. */
  pages: z
    .strictObject({
      password_reset_url: PageUrl.nullable().default(null),
      invitation_url: PageUrl.nullable().default(null),
      /** Where the application begins a sign-in itself: for those that take back only whom they sent here. */
      initiate_login_url: PageUrl.nullable().default(null),
      /** Where people are sent who signed out, or have no application to return to. */
      home_url: PageUrl.nullable().default(null),
      /** Further addresses that a sign-out may return to. */
      sign_out_urls: z.array(PageUrl).max(50).default([]),
    })
    .prefault({}),
  sessions: z
    .strictObject({
      /** How long an access token is good for, in seconds. */
      access_token_seconds: z.number().int().min(60).max(3_600).default(300),
      /** A session ends when it is not refreshed for so long, */
      inactivity_hours: z
        .number()
        .int()
        .min(1)
        .max(24 * 90)
        .default(24 * 7),
      /** and after this in any case. */
      maximum_hours: z
        .number()
        .int()
        .min(1)
        .max(24 * 365)
        .default(24 * 30),
    })
    .prefault({}),
  webhooks: z
    .strictObject({
      /** Whether events are delivered to addresses inside the network, such as 10.0.0.0/8 and loopback. */
      private_addresses: z.boolean().default(false),
    })
    .prefault({}),
  /** How the hosted sign-in pages look. */
  branding: z
    .strictObject({
      /** Null: the environment's name. */
      display_name: z.string().trim().min(1).max(80).nullable().default(null),
      accent_color: z
        .string()
        .regex(/^#[0-9a-f]{6}$/i, "A colour is # and six hexadecimal digits.")
        .nullable()
        .default(null),
      logo: z
        .string()
        .max(64 * 1024)
        .regex(
          /^data:image\/(png|webp|svg\+xml);base64,[A-Za-z0-9+/=]+$/,
          "A logo is a data: address of a PNG, WebP or SVG.",
        )
        .nullable()
        .default(null),
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
