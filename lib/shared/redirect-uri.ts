import { getPublicSuffix } from "tldts";

/** Production holds people's real sessions; staging may also send codes to a developer's own machine. */
export type RedirectUriUse = { kind: "production" | "staging"; isDefault: boolean };

/**
 * Says why an environment may not register this redirect URI, in a sentence; null when it may. WorkOS's own rules, so
 * that what is accepted in one environment is accepted in every other.
 */
export function redirectUriProblem(uri: string, use: RedirectUriUse): string | null {
  if (uri.length > 2048) return "A redirect URI has at most 2,048 characters.";
  if (/[\s\\]/.test(uri)) return "A redirect URI has no spaces or backslashes.";
  const url = parse(uri);
  if (!url) return "This is not a complete URL. Write it like https://app.example.com/callback.";
  if (uri.includes("#")) return "A redirect URI has no fragment: remove everything from the # on.";
  if (url.username || url.password) return "A redirect URI holds no user name or password.";
  return schemeProblem(url, uri, use) ?? wildcardProblem(uri, use);
}

/** The URL with its wildcard filled in, since `*` is no legal port and a doubtful host. */
function parse(uri: string): URL | null {
  const filled = uri.replace(/:\*(?=[/?]|$)/, ":65535").replace("*", "wildcard");
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(uri) && URL.canParse(filled) ? new URL(filled) : null;
}

// What a browser runs or opens itself: a code sent there is a code given away.
const UNSAFE_SCHEMES = [
  "javascript:",
  "data:",
  "vbscript:",
  "file:",
  "blob:",
  "about:",
  "ws:",
  "wss:",
  "ftp:",
];

function schemeProblem(url: URL, uri: string, { kind }: RedirectUriUse): string | null {
  if (UNSAFE_SCHEMES.includes(url.protocol)) return `A redirect URI cannot use ${url.protocol}//.`;
  const production = kind === "production";
  if (production && url.hostname === "localhost")
    return "In production, localhost is not allowed. Use http://127.0.0.1 for a native app.";
  if (!production || url.protocol !== "http:") return null;
  if (url.hostname !== "127.0.0.1") return "In production, a redirect URI uses https.";
  return hostWildcard(uri) ? "In production, a wildcard needs https." : null;
}

function wildcardProblem(uri: string, { isDefault }: RedirectUriUse): string | null {
  const stars = uri.split("*").length - 1;
  if (stars === 0) return null;
  if (stars > 1) return "A redirect URI has at most one wildcard.";
  if (isDefault) return "The default redirect URI cannot have a wildcard.";
  const host = hostPattern(uri);
  if (/:\*$/.test(host)) return portWildcardProblem(host.slice(0, -2));
  const [first = "", ...rest] = host.replace(/:\d+$/, "").split(".");
  if (!first.includes("*")) return "A wildcard stands only in the left-most part of the host name.";
  if (!/^[A-Za-z0-9_-]*\*[A-Za-z0-9_-]*$/.test(first) || rest.length === 0)
    return "A wildcard replaces one part of a host name, such as https://*.example.com.";
  return publicSuffixProblem(rest.join("."));
}

function portWildcardProblem(host: string): string | null {
  const loopback = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])$/i.test(host);
  return loopback ? null : "A wildcard for the port is only allowed with localhost or a loopback address.";
}

/** Anybody may register a name under a public suffix, so a wildcard there would send codes to strangers. */
function publicSuffixProblem(parent: string): string | null {
  const suffix = getPublicSuffix(parent, { allowPrivateDomains: true });
  return suffix === null || suffix === parent.toLowerCase()
    ? `A wildcard directly under ${parent} is not allowed: anybody can register a name there.`
    : null;
}

function hostPattern(uri: string): string {
  return /^[^:]+:\/\/([^/?#]*)/.exec(uri)?.[1] ?? "";
}

function hostWildcard(uri: string): boolean {
  const host = hostPattern(uri);
  return host.includes("*") && !host.endsWith(":*");
}
