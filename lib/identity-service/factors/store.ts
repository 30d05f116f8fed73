import { newId } from "#lib/shared/ids.ts";
import { newTotpSecret, totpUri } from "#lib/shared/totp.ts";
import { type Database, type Run, sql } from "../db.ts";
import type { Service } from "../service.ts";
import { notFound } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import type { ListSource } from "../wire/pagination.ts";
import { type Enrolment, type FactorRow, factorContext } from "./factor.ts";
import { qrCode } from "./qr-code.ts";

const INSERT = sql(
  "factor_insert",
  `INSERT INTO identity.auth_factors (environment_id, id, user_id, issuer, account, secret_sealed, created_at, updated_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $7) RETURNING *`,
);
const FIND = sql("factor_find", "SELECT * FROM identity.auth_factors WHERE environment_id = $1 AND id = $2");
const CONFIRMED = sql(
  "factor_confirmed",
  `SELECT * FROM identity.auth_factors WHERE environment_id = $1 AND user_id = $2 AND confirmed_at IS NOT NULL
   ORDER BY id LIMIT 20`,
);
const DELETE = sql(
  "factor_delete",
  "DELETE FROM identity.auth_factors WHERE environment_id = $1 AND id = $2 RETURNING id",
);

export interface NewFactor {
  userId: string | null;
  issuer: string;
  account: string;
  /** One that the person's authenticator has already. */
  secret?: string | null | undefined;
}

/** A new TOTP factor, with what is shown of it once. It is asked for at sign-in when its first code was right. */
export async function insertFactor(
  { sealer }: Service,
  run: Run,
  environmentId: string,
  { userId, issuer, account, secret: given }: NewFactor,
): Promise<{ row: FactorRow; enrolment: Enrolment }> {
  const id = newId("auth_factor");
  const secret = (given ?? newTotpSecret()).toUpperCase().replace(/=+$/, "");
  const values = [environmentId, id, userId, issuer, account, sealer.seal(secret, factorContext(id))];
  const [row] = await run<FactorRow>(INSERT, [...values, createdAt(id)]);
  if (!row) throw notFound("User", userId ?? "");
  return { row, enrolment: enrolmentOf(row, secret) };
}

/** How an authenticator app takes the factor up: by a picture, an address, or the secret typed in. */
export function enrolmentOf({ issuer, account }: FactorRow, secret: string): Enrolment {
  const uri = totpUri(secret, account, issuer);
  return { secret, uri, qr_code: qrCode(uri) };
}

export async function getFactor(run: Run, environmentId: string, id: string): Promise<FactorRow> {
  const [row] = await run<FactorRow>(FIND, [environmentId, id]);
  if (!row) throw notFound("Authentication Factor", id);
  return row;
}

/** The factors that a user is asked for. */
export async function confirmedFactors(
  db: Database,
  environmentId: string,
  userId: string,
): Promise<FactorRow[]> {
  return await db.query<FactorRow>(environmentId, CONFIRMED, [environmentId, userId]);
}

export async function removeFactor(db: Database, environmentId: string, id: string): Promise<void> {
  const gone = await db.query(environmentId, DELETE, [environmentId, id]);
  if (gone.length === 0) throw notFound("Authentication Factor", id);
}

export function factorsOf(environmentId: string, userId: string): ListSource {
  return {
    select: "SELECT row.* FROM identity.auth_factors AS row",
    where: ["row.environment_id = $1", "row.user_id = $2"],
    values: [environmentId, userId],
  };
}
