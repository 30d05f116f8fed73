import { isIP } from "node:net";
import type { FastifyRequest } from "fastify";
import { hashSecret } from "../keys/secrets.ts";
import { oauthError } from "../wire/errors.ts";

/** The fields of an OAuth request, from JSON or a form, and what is known of who sent it. */
export interface Form {
  /** @throws WireError 400 `invalid_request` */
  required(name: string): string;
  optional(name: string): string | undefined;
  ipAddress: string | null;
  userAgent: string | null;
  /** The hash of the Idempotency-Key: a retry of the very same request. */
  repeat: string | null;
}

export function readForm(request: FastifyRequest): Form {
  const body = (request.body ?? {}) as Record<string, unknown>;
  const optional = (name: string): string | undefined => {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    if (value === undefined || value === null || value === "") return undefined;
    if (typeof value !== "string" || value.includes("\0"))
      throw oauthError("invalid_request", `The parameter '${name}' must be text, given once.`);
    return value;
  };
  const required = (name: string): string => {
    const value = optional(name);
    if (value === undefined) throw oauthError("invalid_request", `The parameter '${name}' is missing.`);
    return value;
  };
  const key = request.headers["idempotency-key"];
  const ip = optional("ip_address");
  return {
    required,
    optional,
    // The application's server says who is behind it. A browser or command line is there itself.
    ipAddress: ip === undefined ? null : isIP(ip) ? ip : null,
    userAgent: (optional("user_agent") ?? null)?.slice(0, 500) ?? null,
    repeat: typeof key === "string" && key !== "" ? hashSecret(key) : null,
  };
}
