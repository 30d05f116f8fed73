import type { FastifyReply } from "fastify";
import { escapeHtml, send } from "./pages.ts";

export interface ConsentPage {
  email: string;
  /** The identity provider's host. */
  provider: string;
  /** The sign-in that waits, sealed. */
  held: string;
}

/** Asks somebody whom an identity provider has vouched for whether that is what they want. */
export function signInConsentPage(reply: FastifyReply, { email, provider, held }: ConsentPage): FastifyReply {
  return send(reply, 200, {
    title: "Do you want to sign in?",
    body: `<p>As <b>${escapeHtml(email)}</b>, because <b>${escapeHtml(provider)}</b> says that this is you.</p>
      <p class="quiet">If you did not ask for this, or do not know one of the two, cancel and tell your administrator.</p>
      <form method="post" action="/sso/consent">
        <input type="hidden" name="held" value="${escapeHtml(held)}">
        <button type="submit" name="decision" value="accept">Sign in</button>
        <button type="submit" name="decision" value="deny" class="second">Cancel</button>
      </form>`,
    // Browsers follow a form's redirects too, and this one leads to wherever the application is.
    formAction: "'self' https: http:",
  });
}
