"use server";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { z } from "zod";
import { readPortalCookie, setPortalCookie } from "#lib/auth/cookies.ts";
import { visitor } from "#lib/auth/session.ts";
import { runOpenAction } from "#lib/platform/action.ts";
import type { ActionState } from "#lib/platform/action-state.ts";
import { finishSetup } from "#lib/setup-links/commands.ts";
import { type LinkKey, type OpenOutcome, openSetupLink } from "#lib/setup-links/opening.ts";
import type { RefusalReason } from "#lib/setup-links/policy.ts";
import { LinkTokenInput, TicketInput, TypedCodeInput } from "#lib/setup-links/schema.ts";
import { openTicket } from "#lib/setup-links/tickets.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { rememberLocale } from "./language.ts";
import { sayRefusal } from "./refusals.ts";
import { requireSetup, showProgress } from "./setup.ts";
import { LOCALES } from "./texts/locales.ts";

/**
 * Opens a link for this browser. Only a pressed button does: what merely fetches addresses, such as a scanner of mail,
 * leaves it as it is.
 */
export async function openLinkAction(form: FormData): Promise<void> {
  const state = await runOpenAction(LinkTokenInput, form, open, null, sayRefusal);
  if (state.status === "done" && state.value === "opened") redirect("/portal");
  refresh();
}

/** Opens what an application sent the browser for. */
export async function openTicketAction(form: FormData): Promise<void> {
  const state = await runOpenAction(TicketInput, form, async ({ token }) =>
    keep(await openTicket(token, await readPortalCookie(), await visitor(), systemClock())),
  );
  if (state.status === "done" && state.value === "opened") redirect("/portal");
  refresh();
}

/** What the form of the typed code shows: how it was refused, in a word that the page has sentences for. */
export type Entered = { why: RefusalReason };

export async function enterCodeAction(
  _previous: ActionState<Entered>,
  form: FormData,
): Promise<ActionState<Entered>> {
  const state = await runOpenAction(TypedCodeInput, form, open, null, sayRefusal);
  if (state.status !== "done") return state as ActionState<Entered>;
  if (state.value === "opened") redirect("/portal");
  return { status: "done", value: { why: state.value } };
}

export async function chooseLanguageAction(form: FormData): Promise<void> {
  const locale = z.enum(LOCALES).safeParse(form.get("language"));
  if (locale.success) await rememberLocale(locale.data);
  refresh();
}

/** Closes the link for good. The page of the summary stays, for this browser. */
export async function finishAction(): Promise<void> {
  const { actor } = await requireSetup();
  await finishSetup(actor, systemClock());
  showProgress();
  redirect("/portal/done");
}

async function open(key: LinkKey): Promise<"opened" | RefusalReason> {
  return keep(await openSetupLink(key, await readPortalCookie(), await visitor(), systemClock()));
}

async function keep(opened: OpenOutcome): Promise<"opened" | RefusalReason> {
  if (opened.state === "closed") return opened.why;
  if (opened.kept) await setPortalCookie(opened.kept.secret, opened.kept.keepUntil);
  return "opened";
}
