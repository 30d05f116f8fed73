import { isCommonPassword } from "#lib/shared/common-passwords.ts";
import { WireError } from "../wire/errors.ts";

const LENGTH_MAX = 200;

interface Problem {
  code: string;
  message: string;
}

/**
 * Refuses a new password that would be guessed. Length counts, composition does not: rules about digits and signs make
 * passwords harder to keep and no harder to guess (NIST SP 800-63B, section 3.1.1).
 *
 * @throws WireError 400 `password_strength_error`, or with the code given.
 */
export function requireStrongPassword(
  password: string,
  about: { email: string; minimumLength: number },
  code = "password_strength_error",
): void {
  const problem = passwordProblem(password.normalize("NFKC"), about);
  if (!problem) return;
  throw new WireError(400, {
    message: "Password does not meet strength requirements.",
    code,
    errors: [problem],
  });
}

function passwordProblem(
  password: string,
  { email, minimumLength }: { email: string; minimumLength: number },
): Problem | null {
  const length = [...password].length;
  if (length < minimumLength)
    return { code: "password_too_short", message: `Use at least ${minimumLength} characters.` };
  if (length > LENGTH_MAX)
    return { code: "password_too_long", message: `Use at most ${LENGTH_MAX} characters.` };
  const lower = password.toLowerCase();
  const account = email.toLowerCase().split("@")[0] ?? "";
  const rest = lower.replaceAll(account, "").replace(/[^\p{L}]/gu, "");
  if (
    lower.includes(email.toLowerCase()) ||
    (account.length > 2 && lower.includes(account) && rest.length < 4)
  )
    return { code: "password_contains_email", message: "Do not use the e-mail address as password." };
  if (isCommonPassword(password))
    return { code: "password_too_weak", message: "This password is among the first anybody would try." };
  return null;
}
