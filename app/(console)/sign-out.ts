"use server";

import { redirect } from "next/navigation";
import { recordAudit } from "#lib/audit/record.ts";
import { clearSessionCookie } from "#lib/auth/cookies.ts";
import { requireActor } from "#lib/auth/session.ts";
import { revokeSessions } from "#lib/auth/sessions.ts";
import { asSystem } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";

/** Ends this session, here and in the database. */
export async function signOutAction(): Promise<void> {
  const actor = await requireActor();
  const { sessionId } = actor;
  if (sessionId !== null) {
    await asSystem("a session belongs to a person, not to a customer", async (tx) => {
      await revokeSessions(tx, { personId: actor.id, id: sessionId }, systemClock());
      await recordAudit(tx, actor, {
        action: "session.sign_out",
        targetType: "session",
        targetId: sessionId,
      });
    });
  }
  await clearSessionCookie();
  redirect("/sign-in");
}
