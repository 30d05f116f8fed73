import type { BerReader } from "ldapts";

/** What a password policy says about a sign-in (draft-behera-ldap-password-policy, 6.2). */
export type PasswordPolicyWord = "password_expired" | "account_locked" | "change_after_reset";

const CONTROL = "1.3.6.1.4.1.42.2.27.8.5.1";
const ERROR_TAG = 0x81;
const WARNING_TAG = 0xa0;
const WORDS: Readonly<Record<number, PasswordPolicyWord>> = {
  0: "password_expired",
  1: "account_locked",
  2: "change_after_reset",
};

/** The control that asks a server to say what its password policy makes of a sign-in, and what it said. */
export async function passwordPolicy() {
  const { Control } = await import("ldapts");
  let word: PasswordPolicyWord | null = null;
  class PasswordPolicyControl extends Control {
    override parseControl(reader: BerReader): void {
      if (reader.readSequence() === null) return;
      // How long a password lasts yet, or how often it may be used: no reason to refuse it.
      if (reader.peek() === WARNING_TAG) reader.readString(WARNING_TAG);
      if (reader.peek() === ERROR_TAG) word = WORDS[reader.readTag(ERROR_TAG) ?? -1] ?? null;
    }
  }
  return { control: new PasswordPolicyControl(CONTROL), word: () => word };
}
