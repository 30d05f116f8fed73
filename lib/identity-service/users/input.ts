import { z } from "zod";
import { isEmail } from "../wire/email.ts";
import { HASH_TYPES } from "./imported-hash.ts";

export const Email = z
  .string()
  .trim()
  .refine(isEmail, { params: { code: "email" }, message: "This is no e-mail address." });

const Name = z.string().max(200).nullish();

const fields = {
  first_name: Name,
  last_name: Name,
  name: Name,
  email_verified: z.boolean().nullish(),
  external_id: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\x20-\x7e]+$/, "An external id is ASCII, at most 128 characters.")
    .nullish(),
  // Looked at by `mergeMetadata` and `isLocale`: a wrong one is a 400 with a code of its own.
  metadata: z.unknown().optional(),
  locale: z.unknown().optional(),
  password: z.string().nullish(),
  password_hash: z.string().max(4_000).nullish(),
  password_hash_type: z.enum(HASH_TYPES).nullish(),
  password_salt_position: z.enum(["prefix", "suffix"]).nullish(),
};

export const CreateUser = z.object({ ...fields, email: Email });
export type CreateUser = z.infer<typeof CreateUser>;

/** What is left out stays as it is. */
export const ChangeUser = z.object({ ...fields, email: z.string().trim().optional() });
export type ChangeUser = z.infer<typeof ChangeUser>;

/** A language tag (RFC 5646): `en`, `pt-BR`, `zh-Hant-TW`. */
export function isLocale(value: unknown): value is string {
  return typeof value === "string" && value.length <= 35 && /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(value);
}
