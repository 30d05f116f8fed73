import type { FastifyReply } from "fastify";
import type { EnvironmentSettings } from "../environments/settings.ts";
import { escapeHtml, send } from "../html/pages.ts";
import { pageStyle } from "./style.ts";

/** Whose page it is. */
export interface Brand {
  name: string;
  branding: EnvironmentSettings["branding"];
  /** Where the browser goes in the end; it may have a scheme of its own. */
  redirectUri: string | null;
}

export interface View {
  title: string;
  /** HTML. Whatever came from outside is escaped by who wrote it here. */
  body: string;
  problem?: string | null;
  status?: number;
}

/** One page of signing in, as it looks in this environment. Nothing in it needs a script. */
export function show(
  reply: FastifyReply,
  { name, branding, redirectUri }: Brand,
  { title, body, problem, status }: View,
): FastifyReply {
  const shown = escapeHtml(branding.display_name ?? name);
  const logo = branding.logo ? `<img src="${escapeHtml(branding.logo)}" alt="${shown}">` : shown;
  return send(reply, status ?? (problem ? 400 : 200), {
    title,
    body: `${problem ? `<p class="problem" role="alert">${escapeHtml(problem)}</p>` : ""}${body}`,
    above: `<span class="brand">${logo}</span>`,
    mainClass: "sign-in",
    style: pageStyle(branding.accent_color),
    images: "data:",
    // A form's answer leads on: to an identity provider, or back to the application.
    formAction: `'self' https: http:${redirectUri ? ` ${new URL(redirectUri).protocol}` : ""}`,
  });
}

/** A form that says what it does by the name of its button. */
export function form(
  action: string,
  fields: string,
  button: string,
  kind: "" | "second" | "link" = "",
): string {
  return `<form method="post"><input type="hidden" name="action" value="${action}">${fields}<button type="submit"${kind ? ` class="${kind}"` : ""}>${escapeHtml(button)}</button></form>`;
}

export function emailField(value: string | null): string {
  return `<label>E-mail address<input name="email" type="email" autocomplete="username" required maxlength="254"${value ? "" : " autofocus"} value="${escapeHtml(value ?? "")}"></label>`;
}

export function passwordField(
  label: string,
  autocomplete: "current-password" | "new-password",
  hint = "",
): string {
  return `<label>${label}${hint ? ` <span class="quiet">${escapeHtml(hint)}</span>` : ""}<input name="password" type="password" autocomplete="${autocomplete}" required maxlength="200" autofocus></label>`;
}

export function codeField(label: string): string {
  return `<label>${label}<input class="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,8}" maxlength="8" required autofocus></label>`;
}

export function nameFields(): string {
  return `<label>First name <span class="quiet">if you like</span><input name="first_name" autocomplete="given-name" maxlength="200"></label>
    <label>Last name <span class="quiet">if you like</span><input name="last_name" autocomplete="family-name" maxlength="200"></label>`;
}

/** Who is signing in, and a way out of it. */
export function whoLine(email: string): string {
  return `<div class="who"><span>${escapeHtml(email)}</span>${form("restart", "", "Use another address", "link")}</div>`;
}
