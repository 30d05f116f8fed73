import type { FastifyReply } from "fastify";
import { escapeHtml, send } from "./pages.ts";

export interface PasswordPage {
  action: string;
  /** Which sign-in it is about: a secret that this page alone has. */
  handle: string;
  username: string;
  /** What the connection is called. */
  directory: string;
  problem: string | null;
}

/** Asks for the user name and password that somebody's own directory knows. A plain form: no script runs here. */
export function passwordPage(reply: FastifyReply, status: number, page: PasswordPage): FastifyReply {
  const problem = page.problem
    ? `<p id="problem" class="problem" role="alert">${escapeHtml(page.problem)}</p>`
    : "";
  const about = page.problem ? ` aria-invalid="true" aria-describedby="problem"` : "";
  const [first, second] = page.username === "" ? [" autofocus", ""] : ["", " autofocus"];
  return send(reply, status, {
    title: "Sign in",
    body: `<p>With your account of <b>${escapeHtml(page.directory)}</b>.</p>${problem}
      <form method="post" action="${escapeHtml(page.action)}">
        <input type="hidden" name="sign_in" value="${escapeHtml(page.handle)}">
        <label for="username">User name</label>
        <input id="username" name="username" value="${escapeHtml(page.username)}" required maxlength="256"
          autocomplete="username" autocapitalize="none" spellcheck="false"${first}${about}>
        <label for="password">Password</label>
        <input id="password" name="password" type="password" required maxlength="1024"
          autocomplete="current-password"${second}${about}>
        <button type="submit">Sign in</button>
      </form>`,
    // Browsers follow a form's redirects too, and this one leads to wherever the application is, and goes on from there.
    formAction: "'self' https: http:",
  });
}
