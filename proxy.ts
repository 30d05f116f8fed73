import { type NextRequest, NextResponse } from "next/server";
import { env } from "#lib/platform/env.ts";
import { contentSecurityPolicy, securityHeaders } from "#lib/platform/security-headers.ts";

/** Puts the security headers on every page, with a fresh nonce that Next.js gives to its own scripts. */
export function proxy(request: NextRequest): NextResponse {
  const settings = env();
  const secure = settings.consoleUrl.startsWith("https:");
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("base64");
  const policy = contentSecurityPolicy({ nonce, secure, hotReload: settings.NODE_ENV === "development" });

  const forwarded = new Headers(request.headers);
  forwarded.set("content-security-policy", policy);
  // Where to come back to after signing in. Set here, so what a client says under this name is never believed.
  const { pathname, searchParams } = request.nextUrl;
  searchParams.delete("_rsc");
  forwarded.set("x-sallyport-path", `${pathname}${searchParams.size > 0 ? `?${searchParams}` : ""}`);
  const response = NextResponse.next({ request: { headers: forwarded } });
  response.headers.set("content-security-policy", policy);
  for (const [name, value] of securityHeaders(secure)) response.headers.set(name, value);
  return response;
}

export const config = {
  matcher: "/((?!_next/static|_next/image).*)",
};
