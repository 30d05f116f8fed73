import { alone, type Run } from "../db.ts";
import { recordEvent } from "../events/record.ts";
import type { Service } from "../service.ts";
import { findUser } from "../users/store.ts";
import type { WireError } from "../wire/errors.ts";

/** Single sign-on tells of itself: see sso/told.ts. */
type Kind = "password" | "magic_auth" | "email_verification" | "mfa";

export interface Who {
  userId: string | null;
  email: string | null;
  ipAddress: string | null;
  userAgent: string | null;
}

/** Somebody showed one thing that signing in asks for. */
export async function tellSucceeded(run: Run, environmentId: string, kind: Kind, who: Who): Promise<void> {
  await recordEvent(run, environmentId, {
    event: `authentication.${kind}_succeeded`,
    data: { type: kind, status: "succeeded", ...about(who) },
    organizationId: null,
  });
}

/** Somebody who was known already showed anew who they are, as the application wished. */
export async function tellReauthenticated(
  run: Run,
  environmentId: string,
  { userId, ipAddress, userAgent }: Omit<Who, "email" | "userId"> & { userId: string },
): Promise<void> {
  const user = await findUser(run, environmentId, userId);
  if (!user) return;
  const who = { userId, email: user.email, ipAddress, userAgent };
  await recordEvent(run, environmentId, {
    event: "authentication.reauthentication_succeeded",
    data: { type: "reauthentication", status: "succeeded", ...about(who) },
    organizationId: null,
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
    organizationId: null,
  });
}

function about({ userId, email, ipAddress, userAgent }: Who) {
  return {
    user_id: userId,
    email,
    ip_address: ipAddress,
    user_agent: userAgent,
  };
}
