import { z } from "zod";
import type { Once } from "./port.ts";
import { strangeAnswer } from "./refusal.ts";
import { meetService } from "./service.ts";
import { PATIENCE, type Patience, patientFetch } from "./transport.ts";

/** An offline identity service as this console knows it. */
export interface ServiceRef {
  name: string;
  baseUrl: string;
  publicKey: string;
  token: string;
}

export interface Call<Answer> {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  body?: unknown;
  once?: Once;
  answer: z.ZodType<Answer>;
}

/** Makes one call of a service's management API, after its host has proven who it is. */
export type Manage = <Answer>(call: Call<Answer>) => Promise<Answer>;

/** An answer without a body. */
export const Nothing = z.null();

/** An answer whose content the console has no use for. */
export const Anything = z.unknown();

export function manager(service: ServiceRef, patience: Patience = PATIENCE): Manage {
  const upstream = `The identity service “${service.name}”`;
  const ask = patientFetch(upstream, patience);
  return async ({ method, path, body, once, answer }) => {
    await requireKnownHost(service, ask);
    const response = await ask(`${service.baseUrl}/sallyport/v1${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${service.token}`,
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(once ? { "Idempotency-Key": once.key } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = answer.safeParse(text === "" ? null : json(text));
    if (!parsed.success) throw strangeAnswer(upstream, parsed.error);
    return parsed.data;
  };
}

/** @throws AppError when the service does not take our token. */
export async function requireAuthority(service: ServiceRef, patience: Patience = PATIENCE): Promise<void> {
  await manager(service, patience)({ method: "GET", path: "/environments?limit=1", answer: Anything });
}

const KNOWN_FOR_MS = 60_000;
const known = new Map<string, number>();

/**
 * No token and no key leaves before this line has returned. A proof is believed for a minute, so that a page with ten
 * calls asks once.
 */
export async function requireKnownHost(
  service: Pick<ServiceRef, "baseUrl" | "publicKey">,
  ask: typeof fetch,
): Promise<void> {
  const host = `${service.baseUrl}\n${service.publicKey}`;
  const since = known.get(host);
  if (since !== undefined && Date.now() - since < KNOWN_FOR_MS) return;
  known.delete(host);
  await meetService(service.baseUrl, service.publicKey, ask);
  known.set(host, Date.now());
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no schema accepts it
  }
}
