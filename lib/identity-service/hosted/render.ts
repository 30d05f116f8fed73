import type { FastifyReply } from "fastify";
import { verificationFor } from "../authentication/step-up.ts";
import type { Step } from "../authentication/steps.ts";
import { alone } from "../db.ts";
import { insertChallenge } from "../factors/challenges.ts";
import { factorContext } from "../factors/factor.ts";
import { withoutColon } from "../factors/routes.ts";
import { enrolmentOf, getFactor, insertFactor } from "../factors/store.ts";
import { escapeHtml } from "../html/pages.ts";
import type { Service } from "../service.ts";
import type { UserRow } from "../users/user.ts";
import { type Flow, saveFlow } from "./flow.ts";
import { codeField, emailField, form, nameFields, passwordField, show, type View, whoLine } from "./view.ts";

/** Shows the page that the sign-in is at, with what was wrong about the last answer. */
export async function render(
  service: Service,
  flow: Flow,
  { step, signUp, problem }: { step: Step | null; signUp: boolean; problem: string | null },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const view = await viewOf(service, flow, step, signUp);
  return show(reply, brandOf(flow), { ...view, problem });
}

export function brandOf({ client, asked }: Pick<Flow, "client" | "asked">) {
  return { name: client.name, branding: client.settings.branding, redirectUri: asked.redirectUri };
}

async function viewOf(service: Service, flow: Flow, step: Step | null, signUp: boolean): Promise<View> {
  switch (step?.kind) {
    case undefined:
      if (flow.asked.codeSent && flow.email) return codePage(flow.email);
      if (signUp) return signUpPage(flow);
      return flow.email ? credentialsPage(flow, flow.email) : identifyPage(flow);
    case "email_verification":
      await verificationFor(service, flow.client.environmentId, step.user);
      return verificationPage(step.user);
    case "mfa_challenge":
      return await challengePage(service, flow, step.user, step.factors[0]?.id ?? "");
    case "mfa_enrollment":
      return await enrolmentPage(service, flow, step.user);
    case "organization_selection":
      return organizationPage(step);
    case "done":
      if (flow.asked.device !== null) return devicePage(flow, step.user);
      return consentPage(flow, step.user);
  }
}

function identifyPage({ asked, client }: Flow): View {
  const { sign_up } = client.settings.authentication;
  return {
    title: "Sign in",
    body: `${form("identify", emailField(asked.loginHint), "Continue")}
      ${sign_up ? `<p class="more quiet">New here? <a href="?show=sign-up">Create an account</a></p>` : ""}`,
  };
}

function credentialsPage({ client }: Flow, email: string): View {
  const { password, magic_auth } = client.settings.authentication;
  const forgot = form("forgot", "", "Forgot your password?", "link");
  return {
    title: "Sign in",
    body: `${whoLine(email)}
      ${password ? form("password", passwordField("Password", "current-password"), "Sign in") : ""}
      ${magic_auth ? form("send-code", "", "Send me a code by e-mail", password ? "second" : "") : ""}
      ${password ? `<div class="more">${forgot}</div>` : ""}
      ${password || magic_auth ? "" : `<p>This application takes no passwords and sends no codes. Ask its administrator how you sign in.</p>`}`,
  };
}

function signUpPage({ email, client }: Flow): View {
  const { password } = client.settings.authentication;
  const { minimum_length } = client.settings.password;
  const secret = password
    ? passwordField("Password", "new-password", `at least ${minimum_length} characters`).replace(
        " autofocus",
        "",
      )
    : "";
  return {
    title: "Create an account",
    body: `${form("sign-up", `${emailField(email)}${nameFields()}${secret}`, "Continue")}
      <p class="more quiet">Have an account? <a href="?">Sign in</a></p>`,
  };
}

function codePage(email: string): View {
  return {
    title: "Enter your code",
    body: `${whoLine(email)}<p>If ${escapeHtml(email)} may sign in here, a code of six digits is on its way to it. It is good for ten minutes.</p>
      ${form("code", codeField("Code"), "Sign in")}
      <div class="more">${form("send-code", "", "Send another code", "link")}</div>`,
  };
}

function verificationPage({ email }: UserRow): View {
  return {
    title: "Verify your e-mail address",
    body: `${whoLine(email)}<p>A code of six digits was sent to ${escapeHtml(email)}, to show that it is yours.</p>
      ${form("verify-email", codeField("Code"), "Continue")}
      <div class="more">${form("resend", "", "Send another code", "link")}</div>`,
  };
}

async function challengePage(service: Service, flow: Flow, user: UserRow, factorId: string): Promise<View> {
  if (flow.asked.factorId !== factorId || flow.asked.challengeId === null) {
    const { environmentId } = flow.client;
    const challenge = await insertChallenge(
      service,
      alone(service.db, environmentId),
      environmentId,
      factorId,
    );
    flow.asked = { ...flow.asked, factorId, challengeId: challenge.id };
    await saveFlow(service, flow);
  }
  return {
    title: "Enter the code of your authenticator",
    body: `${whoLine(user.email)}${form("second-factor", codeField("Code"), "Sign in")}`,
  };
}

/** Shows the same secret until its first code was right: whoever reloads the page has scanned it already. */
async function enrolmentPage(service: Service, flow: Flow, user: UserRow): Promise<View> {
  const { environmentId, name } = flow.client;
  const run = alone(service.db, environmentId);
  if (flow.asked.factorId === null) {
    const { row } = await insertFactor(service, run, environmentId, {
      userId: user.id,
      issuer: withoutColon(name),
      account: user.email,
    });
    const challenge = await insertChallenge(service, run, environmentId, row.id);
    flow.asked = { ...flow.asked, factorId: row.id, challengeId: challenge.id };
    await saveFlow(service, flow);
  }
  const factor = await getFactor(run, environmentId, flow.asked.factorId ?? "");
  const { secret, qr_code } = enrolmentOf(
    factor,
    service.sealer.open(factor.secret_sealed, factorContext(factor.id)),
  );
  return {
    title: "Set up a second factor",
    body: `${whoLine(user.email)}<p>Scan this with an authenticator app, then enter the code it shows.</p>
      <img class="qr" src="${qr_code}" width="180" height="180" alt="QR code of the secret below">
      <p class="quiet">Or type the secret in: <code>${(secret.match(/.{1,4}/g) ?? []).join(" ")}</code></p>
      ${form("second-factor", codeField("Code"), "Continue")}`,
  };
}

function organizationPage({ user, organizations }: Extract<Step, { kind: "organization_selection" }>): View {
  const choices = organizations.map(
    ({ id, name }) =>
      `<button type="submit" name="organization_id" value="${escapeHtml(id)}">${escapeHtml(name)}</button>`,
  );
  return {
    title: "Choose an organization",
    body: `${whoLine(user.email)}<form method="post" class="choices"><input type="hidden" name="action" value="organization">${choices.join("")}</form>`,
  };
}

const MEANING: Readonly<Record<string, string>> = {
  openid: "Know that it is you",
  profile: "See your name and picture",
  email: "See your e-mail address",
  offline_access: "Do so while you are not there, until you take it back",
};

function consentPage({ client, asked }: Flow, { email }: UserRow): View {
  const application = escapeHtml(asked.connect?.name ?? "");
  const name = escapeHtml(client.settings.branding.display_name ?? client.name);
  return {
    title: `Let ${asked.connect?.name ?? "this application"} use your account?`,
    body: `${whoLine(email)}<p>${application} asks to use your account with ${name}. It could:</p>${scopesList(asked.connect?.scopes ?? [])}
      ${form("approve", "", "Allow")}${form("deny", "", "Do not allow", "second")}`,
  };
}

function scopesList(scopes: readonly string[]): string {
  const items = scopes.map((scope) => `<li>${escapeHtml(MEANING[scope] ?? scope)}</li>`);
  return `<ol>${items.join("")}</ol>`;
}

function devicePage({ client, asked }: Flow, { email }: UserRow): View {
  const vendor = client.settings.branding.display_name ?? client.name;
  const name = escapeHtml(asked.connect?.name ?? vendor);
  const could = asked.connect && asked.connect.scopes.length > 0 ? scopesList(asked.connect.scopes) : "";
  return {
    title: "Sign in on your device?",
    body: `${whoLine(email)}<p>A device asks to be signed in to ${name} as ${escapeHtml(email)}. Approve only if you began this yourself, on a device in front of you.</p>
      ${could ? `<p>With your account of ${escapeHtml(vendor)} it could:</p>${could}` : ""}
      ${form("approve", "", "Approve")}${form("deny", "", "Deny", "second")}`,
  };
}
