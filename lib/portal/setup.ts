import "server-only";
import { revalidatePath } from "next/cache";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { z } from "zod";
import type { Actor } from "#lib/access/actor.ts";
import type { Purpose } from "#lib/access/permissions.ts";
import { readPortalCookie } from "#lib/auth/cookies.ts";
import { visitor } from "#lib/auth/session.ts";
import { runOpenAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { findOpenSetup, type OpenSetup } from "#lib/setup-links/queries.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { hasAdvanced } from "./mark-step.ts";
import { sayRefusal } from "./refusals.ts";
import type { Step } from "./steps.ts";

/**
 * The set-up that the browser at hand has open: what everything in the portal takes first. The actor sees one whole
 * customer; that a thing belongs to this environment and organization is for each portal command to check.
 */
export interface Setup {
  actor: Actor;
  linkId: string;
  customerId: string;
  deploymentId: string;
  environmentId: string;
  organizationId: string;
  organizationName: string;
  purposes: readonly Purpose[];
  expiresAt: Date;
  /** Who made the link: whom to ask. */
  createdByName: string;
  note: string;
  /** When each step was done. */
  progress: Readonly<Partial<Record<Step, string>>>;
  /** Where the application that asked for the set-up wants the browser back. */
  returnUrl: string | null;
  successUrl: string | null;
}

/** What this browser has open, or why it has nothing. Read once a request, from the row and not from the cookie. */
export const currentSetup = cache(async (): Promise<OpenSetup> => {
  return await findOpenSetup(await readPortalCookie(), await visitor(), systemClock());
});

/**
 * The open set-up, for a page or an action; with a purpose, only if the link is for that. Everybody else is sent to the
 * page that says exactly why not. A person's session is never looked at: the portal knows links only.
 */
export async function requireSetup(...purposes: readonly Purpose[]): Promise<Setup> {
  const found = await currentSetup();
  if (found.state === "closed") redirect("/portal/closed");
  const { link, actor } = found;
  if (purposes.length > 0 && !purposes.some((purpose) => link.purposes.includes(purpose)))
    redirect("/portal/closed?why=purpose");
  const { id, progress, ...rest } = link;
  return { ...rest, actor, linkId: id, progress: progress as Setup["progress"] };
}

/** `runAction` for the portal: the set-up takes the actor's place. A step that was done shows at the left at once. */
export async function runPortalAction<Input extends z.ZodType, Value>(
  schema: Input,
  form: FormData | unknown,
  command: (setup: Setup, input: z.output<Input>) => Promise<Value>,
): Promise<ActionState<Value>> {
  const setup = await requireSetup();
  const state = await runOpenAction(schema, form, (input) => command(setup, input), setup.linkId, sayRefusal);
  if (hasAdvanced(setup)) showProgress();
  return state;
}

/** Layouts outlive a change of page: has the frame around the portal's pages drawn anew. For actions only. */
export function showProgress(): void {
  revalidatePath("/portal", "layout");
}
