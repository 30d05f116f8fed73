import { z } from "zod";
import { HOUR_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { alone, type Database, type Run, sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { getEnvironment } from "../environments/store.ts";
import { recordEvent } from "../events/record.ts";
import type { Sealer } from "../keys/seal.ts";
import { hashSecret, randomSecret } from "../keys/secrets.ts";
import { queueMessage } from "../messages/queue.ts";
import { passwordResetText } from "../messages/texts.ts";
import type { Service } from "../service.ts";
import { revokeSessions } from "../sessions/revoke.ts";
import { Email } from "../users/input.ts";
import { hashPassword } from "../users/password.ts";
import { requireStrongPassword } from "../users/password-strength.ts";
import { findUserByEmail, lockUser, updateUser } from "../users/store.ts";
import type { UserRow } from "../users/user.ts";
import { emailKey } from "../wire/email.ts";
import { notFound, refused, WireError } from "../wire/errors.ts";
import { createdAt } from "../wire/ids.ts";
import { iso } from "../wire/time.ts";
import { passwordResetLink } from "./links.ts";
import { requireSendAllowed } from "./sends.ts";

export const CreatePasswordReset = z.object({ email: Email });
/** As SDKs before version 8 ask: the page that the link leads to is told each time. */
export const SendPasswordReset = CreatePasswordReset.extend({
  password_reset_url: z.url({ protocol: /^https?$/ }).max(500),
});
export const ConfirmPasswordReset = z.object({
  token: z.string().min(1).max(200),
  new_password: z.string().min(1),
});

export interface PasswordResetRow {
  id: string;
  user_id: string;
  email: string;
  token_sealed: string;
  expires_at: Date;
  used_at: Date | null;
  created_at: Date;
}

const INSERT = sql(
  "password_reset_insert",
  `INSERT INTO identity.password_resets
     (environment_id, id, user_id, email, token_hash, token_sealed, expires_at, created_at)
   VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING *`,
);
const FIND = sql(
  "password_reset_find",
  "SELECT * FROM identity.password_resets WHERE environment_id = $1 AND id = $2",
);
const FIND_BY_TOKEN = sql(
  "password_reset_find_token",
  "SELECT * FROM identity.password_resets WHERE environment_id = $1 AND token_hash = $2",
);
// The others that were sent go with it: an old message must not open the account again.
const USE = sql(
  "password_reset_use",
  `UPDATE identity.password_resets SET used_at = now() WHERE environment_id = $1 AND user_id = $2 AND used_at IS NULL
   RETURNING id`,
);

/** Sends a link with which a user sets a new password, on that page or on the one the environment names. */
export async function sendPasswordReset(
  service: Service,
  environmentId: string,
  email: string,
  page: string | null = null,
): Promise<PasswordResetRow> {
  const { db, sealer, clock, env } = service;
  const environment = await getEnvironment(db, environmentId);
  const settings = requirePasswords(environment.settings);
  await requireSendAllowed(db, environmentId, "password_reset", emailKey(email));
  const user = await findUserByEmail(alone(db, environmentId), environmentId, email);
  if (!user) throw notFound("User", email);
  const [id, token] = [newId("password_reset"), randomSecret()];
  const expiresAt = new Date(clock().getTime() + HOUR_MS);
  const link = passwordResetLink(env.baseUrl, page ?? settings.pages.password_reset_url, token);
  return await db.transaction(environmentId, async (run) => {
    const [row] = await run<PasswordResetRow>(INSERT, [
      environmentId,
      id,
      user.id,
      user.email,
      hashSecret(token),
      sealer.seal(token, tokenContext(id)),
      expiresAt,
      createdAt(id),
    ]);
    if (!row) throw notFound("User", email);
    await tell(run, environmentId, "created", row);
    await queueMessage(sealer, run, environmentId, {
      kind: "password_reset",
      recipient: user.email,
      expiresAt,
      ...passwordResetText({ application: environment.name, link, expiresAt }),
    });
    return row;
  });
}

/** Sets the new password, signs the user out everywhere, and takes the address as verified: the link went there. */
export async function confirmPasswordReset(
  { db, clock }: Pick<Service, "db" | "clock">,
  environmentId: string,
  { token, new_password }: z.infer<typeof ConfirmPasswordReset>,
): Promise<UserRow> {
  const { settings } = await getEnvironment(db, environmentId);
  const minimumLength = requirePasswords(settings).password.minimum_length;
  const row = await requireUsableReset({ db, clock }, environmentId, token);
  requireStrongPassword(new_password, { email: row.email, minimumLength }, "password_reset_error");
  const passwordHash = await hashPassword(new_password);
  return await db.transaction(environmentId, async (run) => {
    const user = await lockUser(run, environmentId, row.user_id);
    const used = await run<{ id: string }>(USE, [environmentId, user.id]);
    if (!used.some(({ id }) => id === row.id)) throw unusable("used", "This link was used already.");
    const verified = user.email_verified || emailKey(row.email) === user.email_key;
    await revokeSessions(run, environmentId, user.id, null);
    await tell(run, environmentId, "succeeded", row);
    return await updateUser(run, environmentId, user, { email_verified: verified }, passwordHash);
  });
}

/** The reset that a token is for. @throws WireError 404 for no token of ours, 400 for one that is over. */
export async function requireUsableReset(
  { db, clock }: Pick<Service, "db" | "clock">,
  environmentId: string,
  token: string,
): Promise<PasswordResetRow> {
  const [row] = await db.query<PasswordResetRow>(environmentId, FIND_BY_TOKEN, [
    environmentId,
    hashSecret(token),
  ]);
  if (!row)
    throw new WireError(404, { message: "Password reset token not found.", code: "entity_not_found" });
  if (row.used_at !== null) throw unusable("used", "This link was used already.");
  if (row.expires_at <= clock()) throw unusable("expired", "This link has expired. Ask for a new one.");
  return row;
}

export async function getPasswordReset(
  db: Database,
  environmentId: string,
  id: string,
): Promise<PasswordResetRow> {
  const [row] = await db.query<PasswordResetRow>(environmentId, FIND, [environmentId, id]);
  if (!row) throw notFound("Password Reset", id);
  return row;
}

export function passwordResetToWire(
  row: PasswordResetRow,
  { sealer, baseUrl, pages }: { sealer: Sealer; baseUrl: string; pages: EnvironmentSettings["pages"] },
) {
  const token = sealer.open(row.token_sealed, tokenContext(row.id));
  return {
    ...resetInEvent(row),
    password_reset_token: token,
    password_reset_url: passwordResetLink(baseUrl, pages.password_reset_url, token),
  };
}

function resetInEvent(row: PasswordResetRow) {
  return {
    object: "password_reset" as const,
    id: row.id,
    user_id: row.user_id,
    email: row.email,
    expires_at: iso(row.expires_at),
    created_at: iso(row.created_at),
  };
}

async function tell(
  run: Run,
  environmentId: string,
  what: "created" | "succeeded",
  row: PasswordResetRow,
): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `password_reset.${what}`,
    data: resetInEvent(row),
    organizationId: null,
  });
}

function requirePasswords(settings: unknown): EnvironmentSettings {
  const read = EnvironmentSettings.parse(settings);
  if (!read.authentication.password)
    throw refused(
      403,
      "Signing in with a password is not enabled for this environment.",
      "email_password_auth_disabled",
    );
  return read;
}

function unusable(what: "used" | "expired", message: string): WireError {
  return new WireError(400, {
    message,
    code: "password_reset_error",
    errors: [{ code: `password_reset_token_${what}`, message }],
  });
}

/** Binds a sealed token to its row. */
function tokenContext(id: string): string {
  return `password_reset:${id}`;
}
