import { Secret, TOTP } from "otpauth";

const PERIOD_SECONDS = 30;
/** One step either way: a phone's clock may be half a minute off (RFC 6238, section 5.2). */
const WINDOW_STEPS = 1;

/** A new secret of 160 bits in base32, as RFC 4226 recommends. */
export function newTotpSecret(): string {
  return new Secret({ size: 20 }).base32;
}

/** Whether this is a secret of at least 128 bits in base32 (RFC 4226, R6). */
export function isTotpSecret(text: string): boolean {
  return /^[A-Z2-7]{26,128}=*$/i.test(text);
}

/** What the QR code says to an authenticator app. */
export function totpUri(secret: string, account: string, issuer: string): string {
  return totp(secret, account, issuer).toString();
}

/** The time step a code belongs to, or null when it is not one of this secret's codes for now. */
export function totpStep(secret: string, code: string, now: Date): number | null {
  // The library takes six characters of any kind and compares bytes.
  if (!/^\d{6}$/.test(code)) return null;
  const delta = totp(secret).validate({ token: code, timestamp: now.getTime(), window: WINDOW_STEPS });
  return delta === null ? null : Math.floor(now.getTime() / 1_000 / PERIOD_SECONDS) + delta;
}

function totp(secret: string, label = "", issuer = ""): TOTP {
  return new TOTP({ issuer, label, secret: Secret.fromBase32(secret), digits: 6, period: PERIOD_SECONDS });
}
