import { z } from "zod";
import { isTotpSecret } from "#lib/shared/totp.ts";
import { iso } from "../wire/time.ts";

const Label = z
  .string()
  .trim()
  .min(1)
  .max(200)
  // A colon divides the issuer from the account in what the authenticator app reads.
  .regex(/^[^:\p{C}]+$/u, "It must be text without a colon.");

const totpFields = {
  totp_issuer: Label.nullish(),
  totp_user: Label.nullish(),
};

/** POST /auth/factors/enroll */
export const EnrollFactor = z.object({
  ...totpFields,
  type: z.enum(["totp", "sms", "generic_otp"]),
  user_id: z.string().nullish(),
});

/** POST /user_management/users/{id}/auth_factors */
export const EnrollUserFactor = z.object({
  ...totpFields,
  type: z.literal("totp"),
  totp_secret: z.string().refine(isTotpSecret, "A TOTP secret is base32 of 128 bits or more.").nullish(),
});

export interface FactorRow {
  id: string;
  user_id: string | null;
  issuer: string;
  account: string;
  secret_sealed: string;
  last_step: number | null;
  confirmed_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface ChallengeRow {
  id: string;
  factor_id: string;
  attempts: number;
  verified_at: Date | null;
  expires_at: Date;
  created_at: Date;
  updated_at: Date;
}

/** What is shown of a new factor, this once. */
export interface Enrolment {
  secret: string;
  qr_code: string;
  uri: string;
}

export function factorToWire(row: FactorRow, enrolment: Partial<Enrolment> = {}) {
  return {
    object: "authentication_factor" as const,
    id: row.id,
    type: "totp" as const,
    ...(row.user_id === null ? {} : { user_id: row.user_id }),
    totp: { issuer: row.issuer, user: row.account, ...enrolment },
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

/** Without `expires_at`, which a TOTP challenge does not show. */
export function challengeToWire(row: ChallengeRow) {
  return {
    object: "authentication_challenge" as const,
    id: row.id,
    authentication_factor_id: row.factor_id,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
  };
}

/** Binds a factor's sealed secret to its row. */
export function factorContext(id: string): string {
  return `auth_factor:${id}`;
}
