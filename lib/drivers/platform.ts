import { z } from "zod";
import type { KeyMaker, Once } from "./port.ts";
import { strangeAnswer } from "./refusal.ts";
import { PATIENCE, type Patience, patientFetch } from "./transport.ts";

/** The credentials WorkOS gives, by contract, to those who may make environments by API. */
export interface PlatformRef {
  baseUrl: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  teamId: string;
}

export interface Platform {
  createEnvironment(name: string, production: boolean, once: Once): Promise<{ id: string; clientId: string }>;
  removeEnvironment(id: string): Promise<void>;
  keysOf(environmentId: string): KeyMaker;
}

const UPSTREAM = "WorkOS";

const Environment = z
  .object({ id: z.string(), name: z.string(), client_id: z.string() })
  .transform(({ id, name, client_id }) => ({ id, name, clientId: client_id }));

const NewKey = z
  .object({ id: z.string(), value: z.string(), expires_at: z.string().nullish() })
  .transform(({ id, value, expires_at }) => ({
    id,
    value,
    expiresAt: expires_at ? new Date(expires_at) : null,
  }));

/** WorkOS's Platform API. */
export function platform(to: PlatformRef, patience: Patience = PATIENCE): Platform {
  const ask = patientFetch(UPSTREAM, patience);
  const home = `${to.baseUrl}/platform/teams/${encodeURIComponent(to.teamId)}/environments`;
  const call = caller(to, ask);
  return {
    async createEnvironment(name, production, once) {
      if (once.again) {
        // An earlier try may have made it, and the answer was lost.
        const { data } = await call("GET", home, z.object({ data: z.array(Environment) }));
        const made = data.find((candidate) => candidate.name === name);
        if (made) return made;
      }
      return await call("POST", home, Environment, { name, production }, once);
    },
    async removeEnvironment(id) {
      await call("DELETE", `${home}/${encodeURIComponent(id)}`, z.unknown());
    },
    keysOf(environmentId) {
      const keys = `${home}/${encodeURIComponent(environmentId)}/api_keys`;
      return {
        create: ({ name, expiresAt }, once) =>
          call("POST", keys, NewKey, { name, expires_at: expiresAt?.toISOString() ?? null }, once),
        async expire(id, at) {
          const body = at.getTime() <= Date.now() ? {} : { expires_at: at.toISOString() };
          await call("POST", `${keys}/${encodeURIComponent(id)}/expire`, z.unknown(), body);
        },
        listUse: async () => [], // WorkOS counts the use of keys, but tells it only in its dashboard
      };
    },
  };
}

function caller(to: PlatformRef, ask: typeof fetch) {
  return async <Answer>(
    method: "GET" | "POST" | "DELETE",
    url: string,
    answer: z.ZodType<Answer>,
    body?: unknown,
    once?: Once,
  ): Promise<Answer> => {
    const response = await ask(url, {
      method,
      headers: {
        Authorization: `Bearer ${await accessToken(to, ask)}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(once ? { "Idempotency-Key": once.key } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const parsed = answer.safeParse(await response.json().catch(() => null));
    if (!parsed.success) throw strangeAnswer(UPSTREAM, parsed.error);
    return parsed.data;
  };
}

/** A fresh token for each call: they are rare, and a kept one would have to be guarded. */
async function accessToken(to: PlatformRef, ask: typeof fetch): Promise<string> {
  const response = await ask(to.tokenUrl, {
    method: "POST",
    body: new URLSearchParams({
      client_id: to.clientId,
      client_secret: to.clientSecret,
      grant_type: "client_credentials",
      scope: "platform",
    }),
  });
  const parsed = z.object({ access_token: z.string() }).safeParse(await response.json().catch(() => null));
  if (!parsed.success) throw strangeAnswer(UPSTREAM, parsed.error);
  return parsed.data.access_token;
}
