import { alone, type Run } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import type { Service } from "../service.ts";
import type { WireError } from "../wire/errors.ts";

type Kind = "password" | "magic_auth" | "email_verification" | "mfa" | "sso" | "oauth";

export interface Who {
  userId: string | null;
  email: string | null;
  ipAddress: string | null;
  userAgent: string | null;
  sso?: { organization_id: string | null; connection_id: string | null; session_id: string | null };
}

/** Somebody showed one thing that signing in asks for. */
export async function tellSucceeded(run: Run, environmentId: string, kind: Kind, who: Who): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `authentication.${kind}_succeeded`,
    data: { type: kind, status: "succeeded", ...about(who) },
    organizationId: who.sso?.organization_id ?? null,
  });
}

/** Somebody failed to. Written by itself: the transaction of what they wanted never begins. */
export async function tellFailed(
  { db }: Service,
  environmentId: string,
  kind: Kind,
  who: Who,
  reason: WireError,
): Promise<void> {
  const code = String(reason.body.code ?? reason.body.error ?? "authentication_failed");
  await recordEvent(alone(db, environmentId), environmentId, {
    event: `authentication.${kind}_failed`,
    data: { type: kind, status: "failed", ...about(who), error: { code, message: reason.message } },
    organizationId: who.sso?.organization_id ?? null,
  });
}

function about({ userId, email, ipAddress, userAgent, sso }: Who) {
  return {
    user_id: userId,
    email,
    ip_address: ipAddress,
    user_agent: userAgent,
    ...(sso ? { sso } : {}),
  };
}
