import { expect, test } from "vitest";
import { contentSecurityPolicy, securityHeaders } from "#lib/platform/security-headers.ts";

const policy = contentSecurityPolicy({ nonce: "bm9uY2U=", secure: true, hotReload: false });

test("runs no inline script or style without the nonce, and no eval", () => {
  expect(policy).not.toContain("unsafe-");
  expect(policy).toContain("script-src 'nonce-bm9uY2U=' 'strict-dynamic';");
  expect(policy).toContain("style-src 'self' 'nonce-bm9uY2U=';");
});

test("loads nothing from anywhere else, and cannot be framed or rebased", () => {
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("base-uri 'none'");
  expect(policy).toContain("form-action 'self'");
  expect(policy).not.toMatch(/https?:|\*/);
});

test("asks for https for two years where the console is reached by https, and nowhere else", () => {
  expect(new Map(securityHeaders(true)).get("strict-transport-security")).toBe(
    "max-age=63072000; includeSubDomains",
  );
  expect(new Map(securityHeaders(false)).has("strict-transport-security")).toBe(false);
  expect(contentSecurityPolicy({ nonce: "x", secure: false, hotReload: false })).not.toContain(
    "upgrade-insecure",
  );
});
