interface PolicyFacts {
  /** Fresh for each response: a script runs only if it carries it, or was loaded by one that does. */
  nonce: string;
  /** The console is reached over https. */
  secure: boolean;
  /** Development: React rebuilds server stacks with `eval`, and Next.js's own tools write styles into the page. */
  hotReload: boolean;
}

/**
 * What a page of the console may load: its own files and nothing else. No inline script or style runs without the
 * nonce, no other origin is asked for anything, nobody may frame it, and forms lead only back to it.
 */
export function contentSecurityPolicy({ nonce, secure, hotReload }: PolicyFacts): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${hotReload ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' ${hotReload ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    ...(secure ? ["upgrade-insecure-requests"] : []),
  ].join("; ");
}

const TWO_YEARS_S = 2 * 365 * 24 * 60 * 60;

/** The other headers of every response. Strict transport security only over https, where alone it means something. */
export function securityHeaders(secure: boolean): [name: string, value: string][] {
  return [
    ["x-content-type-options", "nosniff"],
    ["x-frame-options", "DENY"],
    ["referrer-policy", "same-origin"],
    [
      "permissions-policy",
      "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ],
    ["cross-origin-opener-policy", "same-origin"],
    ["cross-origin-resource-policy", "same-origin"],
    ["x-permitted-cross-domain-policies", "none"],
    ...(secure
      ? [["strict-transport-security", `max-age=${TWO_YEARS_S}; includeSubDomains`] as [string, string]]
      : []),
  ];
}
