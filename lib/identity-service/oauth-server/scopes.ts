import type { ApplicationRow } from "../connect/application.ts";
import { oauthError } from "../wire/errors.ts";

export const STANDARD_SCOPES = ["openid", "profile", "email", "offline_access"];

/** The scopes that a request asks for. @throws WireError 400 `invalid_scope` for one that the application may not. */
export function readScopes(application: ApplicationRow, text: string | undefined): string[] {
  const standard = application.kind === "oauth" ? STANDARD_SCOPES : [];
  const allowed = application.scopes.length > 0 ? application.scopes : standard;
  const wanted = [...new Set((text ?? "").split(" ").filter((scope) => scope !== ""))];
  const refused = wanted.find((scope) => !allowed.includes(scope));
  if (refused !== undefined)
    throw oauthError(
      "invalid_scope",
      `The application may not ask for the scope '${refused.slice(0, 100)}'.`,
    );
  // A machine that names none means all it has (RFC 6749, 3.3: a default, or an error).
  return wanted.length === 0 && application.kind === "m2m" ? application.scopes : wanted;
}
