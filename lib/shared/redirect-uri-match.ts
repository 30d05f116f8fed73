/**
 * Whether a sign-in may return to `requested`, given one registered URI. Without a wildcard the two are compared byte
 * by byte: any leniency (case, port, encoding, a trailing slash) has been somebody's open redirect.
 */
export function redirectUriMatches(registered: string, requested: string): boolean {
  const star = registered.indexOf("*");
  if (star < 0) return registered === requested;
  const before = registered.slice(0, star);
  const after = registered.slice(star + 1);
  if (requested.length <= before.length + after.length) return false;
  if (!requested.startsWith(before) || !requested.endsWith(after)) return false;
  const middle = requested.slice(before.length, requested.length - after.length);
  return before.endsWith(":") ? /^\d{1,5}$/.test(middle) : /^[A-Za-z0-9_-]+$/.test(middle);
}
