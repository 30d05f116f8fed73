import type { FastifyRequest } from "fastify";
import { noteFailures, noteStranger, type Refused } from "../directories/failures.ts";
import { bearer } from "../environments/callers.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import type { WireError } from "../wire/errors.ts";
import type { Caller } from "./caller.ts";
import { ScimError } from "./errors.ts";

/** Keeps what a provider was refused for whoever sets its directory up. That it cannot be kept changes nothing about the answer. */
export async function noteRefusal(
  { db, clock }: Service,
  request: FastifyRequest,
  refusal: WireError,
): Promise<void> {
  const { method, params, scimCaller } = request;
  const resource = /\/v2\.0\/[^/]+\/(\w+)/.exec(request.url)?.[1] ?? "";
  // Looking for what is not there is how providers find that out.
  if (refusal.status === 404 && method === "GET") return;
  const { key } = params as { key: string };
  try {
    // Whose token is refused may have been somebody known a moment ago.
    if (refusal.status === 401) {
      const who = { externalKey: key, tokenHash: tokenHash(request) };
      await noteStranger(db, who, { method, resource }, clock());
    } else if (scimCaller) {
      const refused = refusedOf({ method, resource }, refusal);
      await noteFailures(db, scimCaller.directory, [refused], clock());
    }
  } catch (error) {
    request.log.warn({ requestId: request.id, err: error }, "a refusal could not be kept");
  }
}

/** The same for the operations of one bulk request. */
export async function noteRefusals(
  { service: { db, clock }, directory }: Caller,
  refused: readonly Refused[],
): Promise<void> {
  if (refused.length > 0) await noteFailures(db, directory, refused, clock());
}

function refusedOf(about: Pick<Refused, "method" | "resource">, refusal: WireError): Refused {
  const { scimType } = (refusal instanceof ScimError ? refusal.body : {}) as { scimType?: string };
  return { ...about, status: refusal.status, detail: refusal.message, reason: scimType ?? null };
}

function tokenHash(request: FastifyRequest): string | null {
  try {
    return hashSecret(bearer(request));
  } catch {
    return null;
  }
}
