import { hash } from "node:crypto";
import type { FastifyReply } from "fastify";
import type { Check } from "../saml/types.ts";
import { STYLE } from "./style.ts";

/** Text made safe to stand between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** What went wrong, to a person who cannot be sent back to the application. */
export function errorPage(
  reply: FastifyReply,
  status: number,
  sentence: string,
  title = "You could not be signed in",
): FastifyReply {
  return send(reply, status, {
    title,
    body: `<p>${escapeHtml(sentence)}</p>
      <p class="quiet">Go back to the application and start again. If it happens again, give its administrator this
      number: <code>${escapeHtml(String(reply.request.id))}</code></p>`,
  });
}

/** Carries a message to the identity provider by a form, which sends itself where scripts run and has a button where not. */
export function postFormPage(
  reply: FastifyReply,
  {
    action,
    fields,
    title = "Signing you in",
  }: { action: string; fields: Readonly<Record<string, string>>; title?: string },
): FastifyReply {
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  return send(reply, 200, {
    title,
    body: `<p>You are being sent to your identity provider.</p>
      <form method="post" action="${escapeHtml(action)}">${inputs.join("")}<button type="submit">Continue</button></form>`,
    script: SUBMIT,
    // Browsers follow a form's redirects too, and those may lead anywhere the identity provider chooses.
    formAction: "https: http:",
  });
}

/** How a test sign-in went, check by check. */
export function testResultPage(
  reply: FastifyReply,
  { passed, sentence, checks }: { passed: boolean; sentence: string; checks: readonly Check[] },
): FastifyReply {
  const rows = checks.map(
    (check) => `<li class="${check.result}"><b>${RESULT[check.result]}</b> ${escapeHtml(check.name)}
      <span class="quiet">${escapeHtml(check.clause)}</span>
      ${check.result === "failed" ? `<p>${escapeHtml(check.message)}</p>` : ""}</li>`,
  );
  return send(reply, passed ? 200 : 400, {
    title: passed ? "The test sign-in passed" : "The test sign-in failed",
    body: `<p>${escapeHtml(sentence)}</p><ol>${rows.join("")}</ol>
      <p class="quiet">Nobody was signed in to any application. You can close this window.</p>`,
  });
}

export function signedOutPage(reply: FastifyReply): FastifyReply {
  return send(reply, 200, {
    title: "You are signed out",
    body: "<p>You can close this window, or go back to the application and sign in again.</p>",
  });
}

const RESULT = { passed: "Passed", failed: "Failed", skipped: "Not reached" } as const;
const SUBMIT = "document.forms[0].submit();";

interface Page {
  title: string;
  /** HTML. Whatever came from outside is escaped by who wrote it here. */
  body: string;
  script?: string;
  formAction?: string;
  /** HTML above the title. */
  above?: string;
  mainClass?: string;
  /** In place of the usual look. */
  style?: string;
  /** Where pictures may come from, as the policy says it. */
  images?: string;
}

/** A page with a policy that lets nothing run or load but its own few bytes. */
export function send(
  reply: FastifyReply,
  status: number,
  { title, body, script, formAction, above = "", mainClass, style = STYLE, images }: Page,
): FastifyReply {
  const policy = [
    "default-src 'none'",
    `style-src '${sha256(style)}'`,
    ...(images ? [`img-src ${images}`] : []),
    script ? `script-src '${sha256(script)}'` : "script-src 'none'",
    `form-action ${formAction ?? "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return reply
    .code(status)
    .headers({
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": policy,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
    })
    .send(`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main${mainClass ? ` class="${mainClass}"` : ""}>${above}<h1>${escapeHtml(title)}</h1>${body}</main>${script ? `<script>${script}</script>` : ""}</body>
</html>`);
}

function sha256(text: string): string {
  return `sha256-${hash("sha256", text, "base64")}`;
}
