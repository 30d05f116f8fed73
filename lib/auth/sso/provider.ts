import "server-only";
import { z } from "zod";
import { env } from "#lib/platform/env.ts";
import { open, seal } from "#lib/platform/seal.ts";
import { AppError } from "#lib/shared/errors.ts";

/** A provider as the protocols need it: with its secret in the open. It stays on the server. */
export type Provider = OidcSettings | EnvironmentSettings;

export interface OidcSettings {
  kind: "oidc";
  id: string;
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export interface EnvironmentSettings {
  kind: "environment";
  id: string;
  name: string;
  baseUrl: string;
  organizationId: string | null;
  connectionId: string | null;
  clientId: string;
  clientSecret: string;
}

/** What only this console may know until the person is back. */
export interface Secrets {
  nonce: string;
  verifier: string;
}

/** Who somebody is, as their provider says. `email` is null unless the provider vouches for it. */
export interface Assertion {
  subject: string;
  email: string | null;
  /** As the provider spells it; null where it says none. Only for who joins this way. */
  name: string | null;
}

export const TIMEOUT_MS = 10_000;

/** Where every provider sends people back to. It is registered there. */
export const redirectUri = (): string => new URL("/api/sso/callback", env().consoleUrl).href;

export const sealClientSecret = (id: string, secret: string): string => seal(secret, secretContext(id));

/** The row of the database as a provider; a row that is no whole provider is a bug, and throws. */
export function providerOf(row: unknown): Provider {
  const { clientSecretSealed, ...settings } = Row.parse(row);
  return { ...settings, clientSecret: open(clientSecretSealed, secretContext(settings.id)) };
}

export const unavailable = (name: string): AppError =>
  new AppError("upstream", `“${name}” did not answer as such a provider should.`);

export const secretContext = (id: string): string => `sso_provider:${id}:client_secret`;

const common = { id: z.string(), name: z.string(), clientId: z.string(), clientSecretSealed: z.string() };
const Row = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("oidc"), ...common, issuer: z.url() }),
  z.object({
    kind: z.literal("environment"),
    ...common,
    baseUrl: z.url(),
    organizationId: z.string().nullable(),
    connectionId: z.string().nullable(),
  }),
]);

export const PROVIDER = {
  id: true,
  kind: true,
  name: true,
  issuer: true,
  baseUrl: true,
  organizationId: true,
  connectionId: true,
  clientId: true,
  clientSecretSealed: true,
} as const;
