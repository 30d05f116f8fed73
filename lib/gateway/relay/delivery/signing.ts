import { standardSignature } from "#lib/shared/gateway/standard-webhooks.ts";
import { signatureHeader } from "#lib/shared/gateway/webhook-signature.ts";
import type { Delivery } from "./store.ts";

export interface SigningKeys {
  readonly signature: "workos" | "standard";
  /** The newest first. */
  readonly secrets: readonly string[];
}

/**
 * The headers of one attempt, the same for each but for the time. The event's id is the key by which the endpoint knows a delivery
 * that comes twice.
 * @param by which secret a WorkOS signature is made with, which has room for one; Standard Webhooks carries them all.
 */
export function headersOf(
  { eventId, body }: Pick<Delivery, "eventId" | "body">,
  { signature, secrets }: SigningKeys,
  by: number,
  now: Date,
): Record<string, string> {
  const text = body ?? "";
  return {
    "content-type": "application/json",
    "user-agent": "Sallyport",
    "idempotency-key": eventId,
    ...(signature === "standard"
      ? standardSignature(secrets, eventId, text, now)
      : { "workos-signature": signatureHeader(secrets[by] ?? secrets[0] ?? "", text, now) }),
  };
}

/** Whether an answer may mean that the endpoint knows another secret than the one that was used. */
export function mayKnowAnother({ signature, secrets }: SigningKeys, status: number | null): boolean {
  return (
    signature === "workos" && secrets.length > 1 && status !== null && [400, 401, 403, 422].includes(status)
  );
}
