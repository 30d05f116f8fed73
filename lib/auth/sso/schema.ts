import { z } from "zod";

const LOOPBACK = new Set(["127.0.0.1", "[::1]", "localhost"]);

/** A client secret goes there, so the line is encrypted; within one machine there is none to listen on. */
const SafeUrl = z
  .string()
  .trim()
  .max(500)
  .pipe(
    z.url({ protocol: /^https?$/, error: "Write the address like https://login.example.com.", abort: true }),
  )
  .refine((value) => isSafe(new URL(value)), "Use https. Plain http is for this machine only.")
  .refine((value) => hasNothingExtra(new URL(value)), "Give the address without a user name, query or hash.");

const Name = z
  .string()
  .trim()
  .min(2, "Give it a name that people recognise.")
  .max(60, "Use at most 60 characters.");
const ClientId = z.string().trim().min(1, "Write the client ID.").max(300);
const Secret = z.string().trim().min(1, "Paste the secret.").max(1_000);

const OidcInput = z.strictObject({
  kind: z.literal("oidc"),
  name: Name,
  issuer: SafeUrl,
  clientId: ClientId,
  clientSecret: Secret,
});

/** Which sign-ins of the environment count: those through one organization, or through one connection. */
const EnvironmentInput = z.strictObject({
  kind: z.literal("environment"),
  name: Name,
  baseUrl: SafeUrl.transform((value) => new URL(value).origin),
  target: z
    .string()
    .trim()
    .regex(/^(org|conn)_\w{1,100}$/, "It begins with org_ or conn_."),
  clientId: ClientId,
  clientSecret: Secret,
});

export const AddProviderInput = z.discriminatedUnion("kind", [OidcInput, EnvironmentInput]);
export type AddProviderInput = z.output<typeof AddProviderInput>;

/** As it is added, but for the secret: empty keeps the one that is sealed. */
const KeptSecret = z
  .string()
  .trim()
  .max(1_000)
  .transform((secret) => secret || null);
const providerId = z.string().startsWith("sso_");

export const ChangeProviderInput = z.discriminatedUnion("kind", [
  OidcInput.extend({ providerId, clientSecret: KeptSecret }),
  EnvironmentInput.extend({ providerId, clientSecret: KeptSecret }),
]);
export type ChangeProviderInput = z.output<typeof ChangeProviderInput>;

export const ProviderRef = z.strictObject({ providerId });
export type ProviderRef = z.infer<typeof ProviderRef>;

export const RemoveProviderInput = ProviderRef.extend({ confirm: z.string() });
export type RemoveProviderInput = z.infer<typeof RemoveProviderInput>;

/** Why somebody is back at the sign-in page. Says nothing about whether the person is known. */
export const SsoProblem = z.enum(["refused", "unavailable", "wait"]);
export type SsoProblem = z.infer<typeof SsoProblem>;

function isSafe(url: URL): boolean {
  return url.protocol === "https:" || LOOPBACK.has(url.hostname);
}

function hasNothingExtra(url: URL): boolean {
  return !url.username && !url.password && !url.search && !url.hash;
}
