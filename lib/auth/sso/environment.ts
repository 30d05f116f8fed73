import "server-only";
import { calculatePKCECodeChallenge } from "openid-client";
import { z } from "zod";
import { EmailAddress, PersonName } from "../schema.ts";
import {
  type Assertion,
  type EnvironmentSettings,
  redirectUri,
  type Secrets,
  TIMEOUT_MS,
} from "./provider.ts";

const Token = z.object({
  profile: z.object({
    id: z.string().min(1).max(200),
    connection_id: z.string(),
    organization_id: z.string().nullish(),
    email: EmailAddress,
    first_name: z.string().nullish(),
    last_name: z.string().nullish(),
  }),
});

const Keys = z.object({ keys: z.array(z.unknown()).min(1) });

/** Asks for the environment's keys: proof that there is one with this client ID. */
export async function findEnvironment(at: { baseUrl: string; clientId: string }): Promise<void> {
  await ask(Keys, new URL(`/sso/jwks/${encodeURIComponent(at.clientId)}`, at.baseUrl));
}

/** Where to send the browser: to one organization or connection of the environment, with state and PKCE. */
export async function environmentUrl(
  provider: EnvironmentSettings,
  state: string,
  { verifier }: Secrets,
): Promise<URL> {
  const url = new URL("/sso/authorize", provider.baseUrl);
  url.search = new URLSearchParams({
    client_id: provider.clientId,
    redirect_uri: redirectUri(),
    response_type: "code",
    state,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    ...(provider.connectionId === null ? {} : { connection: provider.connectionId }),
    ...(provider.organizationId === null ? {} : { organization: provider.organizationId }),
  }).toString();
  return url;
}

/**
 * Exchanges the code for a profile. An environment holds the connections of many organizations, and each of them may say
 * any address: only the one this provider was made for counts.
 */
export async function redeemAtEnvironment(
  provider: EnvironmentSettings,
  answer: URLSearchParams,
  { verifier }: Secrets,
): Promise<Assertion> {
  const refusal = answer.get("error");
  if (refusal !== null) throw new Error(`The environment answered ${refusal.slice(0, 80)}.`);
  const code = z.string().min(1).max(2_000).parse(answer.get("code"));
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: provider.clientId,
    client_secret: provider.clientSecret,
    code,
    code_verifier: verifier,
  });
  const { profile } = await ask(Token, new URL("/sso/token", provider.baseUrl), { method: "POST", body });
  const { connectionId, organizationId } = provider;
  const isOurs =
    connectionId === null
      ? organizationId !== null && profile.organization_id === organizationId
      : profile.connection_id === connectionId;
  if (!isOurs) throw new Error("The profile is of another organization or connection.");
  const name = [profile.first_name, profile.last_name].filter(Boolean).join(" ");
  return { subject: profile.id, email: profile.email, name: PersonName.safeParse(name).data ?? null };
}

/** Redirects are not followed: a secret must not travel to a host that nobody chose. */
async function ask<Answer extends z.ZodType>(
  shape: Answer,
  url: URL,
  init: RequestInit = {},
): Promise<z.output<Answer>> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { ...init, redirect: "error", signal });
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}.`);
  return shape.parse(await response.json());
}
