import { type Configuration, type CustomFetch, clockSkew, customFetch } from "openid-client";
import { z } from "zod";
import type { Service } from "../service.ts";
import { askedAnew, type OidcConnection } from "./configuration.ts";

const Tokens = z.object({ id_token: z.string() });

/** For a test: tells of the ID token that the provider sends, also where it is refused afterwards. */
export async function overheard(
  service: Service,
  provider: OidcConnection,
  hear: (idToken: string) => void,
): Promise<Configuration> {
  const configuration = await askedAnew(service, provider);
  const ask = configuration[customFetch] as CustomFetch;
  const endpoint = configuration.serverMetadata().token_endpoint;
  configuration[customFetch] = async (url, options) => {
    const answer = await ask(url, options);
    if (url === endpoint) {
      const said = Tokens.safeParse(
        await answer
          .clone()
          .json()
          .catch(() => null),
      );
      if (said.success) hear(said.data.id_token);
    }
    return answer;
  };
  return configuration;
}

/**
 * For a replay: the provider is asked for its keys, and nothing else; in place of its token endpoint the captured token
 * answers, and the clock is what it was then.
 */
export async function repeating(
  service: Service,
  provider: OidcConnection,
  { idToken, at }: { idToken: string; at: Date },
): Promise<Configuration> {
  const skew = Math.round((at.getTime() - Date.now()) / 1_000);
  const configuration = await askedAnew(service, provider, { [clockSkew]: skew });
  const ask = configuration[customFetch] as CustomFetch;
  const endpoint = configuration.serverMetadata().token_endpoint;
  configuration[customFetch] = async (url, options) =>
    url === endpoint
      ? Response.json({ access_token: "captured", token_type: "bearer", id_token: idToken })
      : await ask(url, options);
  return configuration;
}
