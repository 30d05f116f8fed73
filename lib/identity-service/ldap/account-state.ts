import { type LdapEntry, number, text } from "./entry.ts";
import type { LdapFailure } from "./failure.ts";

/** Why somebody may not sign in although they exist. */
export interface AccountRefusal {
  readonly reason:
    | "disabled"
    | "expired"
    | "locked"
    | "password_expired"
    | "password_must_change"
    | "not_now";
  /** Whether the directory looked at the password first: who does not know it must not learn the rest. */
  readonly passwordWasRight: boolean;
  /** For an administrator. */
  readonly message: string;
}

/** The attributes that tell of an account's state, in the directories that have them. */
export const STATE_ATTRIBUTES = [
  "userAccountControl",
  "accountExpires",
  "msDS-UserAccountDisabled",
  "pwdAccountLockedTime",
  "shadowExpire",
  "nsAccountLock",
  "loginDisabled",
] as const;

const DISABLED = 0x2;
const NEVER = 0x7fffffffffffffffn;
/** Windows counts in steps of 100 ns from 1601. */
const EPOCH_1601_MS = 11_644_473_600_000n;
const DAY_MS = 86_400_000;
/** Locked by an administrator until they say otherwise, as OpenLDAP's password policy writes it. */
const LOCKED_FOR_GOOD = /^000001010000(00)?Z$/;

/** What the entry says: whether it was switched off, or has had its time. Null where nothing is against it. */
export function accountState(entry: LdapEntry, now: Date): AccountRefusal | null {
  const control = number(entry, "userAccountControl");
  const off =
    (control !== null && (control & DISABLED) !== 0) ||
    ["msDS-UserAccountDisabled", "nsAccountLock", "loginDisabled"].some(
      (name) => text(entry, name)?.toUpperCase() === "TRUE",
    ) ||
    LOCKED_FOR_GOOD.test(text(entry, "pwdAccountLockedTime") ?? "");
  if (off) return refusal("disabled", "The account is disabled in the directory.");
  const expiresAt = accountExpiresAt(entry);
  if (expiresAt !== null && expiresAt <= now)
    return refusal("expired", `The account expired on ${expiresAt.toISOString().slice(0, 10)}.`);
  return null;
}

/** When the account ends: after that nobody writes anything into the entry. Null where it does not. */
export function accountExpiresAt(entry: LdapEntry): Date | null {
  const windows = text(entry, "accountExpires");
  if (windows !== null && /^\d{1,19}$/.test(windows)) {
    const ticks = BigInt(windows);
    if (ticks !== 0n && ticks < NEVER) return new Date(Number(ticks / 10_000n - EPOCH_1601_MS));
  }
  const days = number(entry, "shadowExpire");
  return days === null || days < 0 ? null : new Date(days * DAY_MS);
}

// What Active Directory puts behind `data` of error 80090308: [reason, whether it looks at the password first, sentence].
const ACTIVE_DIRECTORY: Readonly<Record<string, [AccountRefusal["reason"], boolean, string]>> = {
  "530": ["not_now", true, "The account may not sign in at this time of day (logon hours)."],
  "531": ["not_now", true, "The account may not sign in from this computer (logon workstations)."],
  "532": ["password_expired", true, "The password has expired."],
  "533": ["disabled", true, "The account is disabled in Active Directory."],
  "701": ["expired", true, "The account has expired."],
  "773": ["password_must_change", true, "The password has to be changed before the next sign-in."],
  "775": ["locked", false, "The account is locked after too many wrong passwords."],
};
const PASSWORD_POLICY: Readonly<Record<string, [AccountRefusal["reason"], boolean, string]>> = {
  password_expired: ["password_expired", true, "The password has expired."],
  account_locked: [
    "locked",
    false,
    "The account is locked, by an administrator or after too many wrong passwords.",
  ],
  change_after_reset: ["password_must_change", true, "The password was reset and has to be changed first."],
};

/** What a refused password says about the account: null where it was simply wrong, or of nobody. */
export function accountRefusal({ diagnostic }: LdapFailure): AccountRefusal | null {
  const data = /\bdata ([0-9a-f]{3,4})\b/i.exec(diagnostic)?.[1]?.toLowerCase();
  const word = /^ppolicy (\w+)$/.exec(diagnostic)?.[1];
  const known = (data && ACTIVE_DIRECTORY[data]) || (word && PASSWORD_POLICY[word]);
  if (!known) return null;
  const [reason, passwordWasRight, message] = known;
  return { reason, passwordWasRight, message: data ? `${message} (Active Directory: ${data})` : message };
}

/** 525 and 52e: what Active Directory says of a name it does not have, and of a password that is wrong. */
export function wrongPasswordSentence({ diagnostic }: LdapFailure): string {
  if (/\bdata 525\b/i.test(diagnostic)) return "There is no such account. (Active Directory: 525)";
  if (/\bdata 52e\b/i.test(diagnostic)) return "The password is wrong. (Active Directory: 52e)";
  return "The directory did not accept the password.";
}

function refusal(reason: AccountRefusal["reason"], message: string): AccountRefusal {
  return { reason, passwordWasRight: true, message };
}
