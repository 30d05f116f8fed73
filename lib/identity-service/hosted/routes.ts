import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { admit } from "../authentication/admit.ts";
import { type Client, readClient } from "../authentication/client.ts";
import { authorize } from "../connect/authorizations.ts";
import { getApplication } from "../connect/store.ts";
import type { Run } from "../db.ts";
import { decideDevice, findByUserCode, type OfApplication } from "../devices/store.ts";
import type { Service } from "../service.ts";
import { SignInRefusal } from "../sso/refusal.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { spendFrom } from "../wire/rate-limit.ts";
import { ACTIONS, sendReset, ssoOf } from "./actions.ts";
import { authorizeUser } from "./authorize.ts";
import { finish, finishConnect, needsConsent, sendRefusal, stepOf } from "./finish.ts";
import { alreadyFinished, beginFlow, type Flow, finishFlow, readFlow } from "./flow.ts";
import { beginImpersonation } from "./impersonation.ts";
import { invitationPage, resetForm, resetPassword } from "./links.ts";
import { brandOf, render } from "./render.ts";
import { beginSso, sentenceOf, takeUpSso } from "./single-sign-on.ts";
import { show } from "./view.ts";

interface OfFlow {
  Params: { flow: string };
  Querystring: Params;
  Body: Params;
}

const page = { config: { page: true } };

/** Our own sign-in pages. A browser without scripts does all of it. */
export function hostedPages(app: FastifyInstance, service: Service): void {
  app.get("/user_management/authorize", page, (request, reply) => authorizeUser(service, request, reply));
  app.get("/authkit/reset-password", page, (request, reply) => resetForm(service, request, reply));
  app.post("/authkit/reset-password", page, (request, reply) => resetPassword(service, request, reply));
  app.get("/authkit/invitation", page, (request, reply) => invitationPage(service, request, reply));
  app.get("/authkit/impersonation", page, (request, reply) => beginImpersonation(service, request, reply));
  app.get<OfFlow>("/authkit/device", page, ({ query }, reply) =>
    deviceForm(reply, one(query, "user_code") ?? "", null),
  );
  app.post<OfFlow>("/authkit/device", page, (request, reply) => takeUpDevice(service, request, reply));
  app.get<OfFlow>(
    "/authkit/:flow",
    page,
    async (request, reply) =>
      await goOn(service, await readFlow(service, request, request.params.flow), request, reply),
  );
  app.post<OfFlow>("/authkit/:flow", page, async (request, reply) => await act(service, request, reply));
  app.get<OfFlow>(
    "/authkit/:flow/sso",
    page,
    async (request, reply) => await returnFromSso(service, request, reply),
  );
}

/** Shows what is asked next, or ends the sign-in. */
async function goOn(
  service: Service,
  flow: Flow,
  request: FastifyRequest<OfFlow>,
  reply: FastifyReply,
  problem: string | null = null,
): Promise<FastifyReply> {
  if (flow.finished) throw alreadyFinished();
  const step = await stepOf(service, flow);
  if (step?.kind === "done" && flow.asked.connect !== null && flow.asked.device === null) {
    if (!(await needsConsent(service, flow, step.organizationId)))
      return await finishConnect(service, flow, step.organizationId, reply);
  } else if (step?.kind === "done" && flow.asked.device === null)
    return await finish(service, flow, step.organizationId, reply);
  const signUp = one(request.query, "show") === "sign-up";
  return await render(service, flow, { step, signUp, problem }, reply);
}

async function act(
  service: Service,
  request: FastifyRequest<OfFlow>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const flow = await readFlow(service, request, request.params.flow);
  if (flow.finished) throw alreadyFinished();
  const name = one(request.body ?? {}, "action") ?? "";
  if (name === "forgot") return await forgot(service, flow, reply);
  if (name === "approve" || name === "deny") return await decide(service, flow, name === "approve", reply);
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (!action) throw new WireError(400, { message: "The form was not complete. Go back and try again." });
  try {
    const after = await action(service, flow, (field) => (one(request.body, field) ?? "").slice(0, 1_000));
    const connection = name === "identify" ? await ssoOf(service, after) : null;
    if (connection) {
      const { forceLogin } = after.asked;
      const hint = { loginHint: after.email, domainHint: undefined, forceLogin };
      return await beginSso(service, after, { kind: "connection", value: connection }, hint, reply);
    }
    return reply
      .code(303)
      .headers({ location: `/authkit/${flow.id}`, "cache-control": "no-store" })
      .send();
  } catch (error) {
    const problem = problemOf(error);
    const connection =
      error instanceof WireError && error.body.error === "sso_required" ? await ssoOf(service, flow) : null;
    if (connection) {
      const { forceLogin } = flow.asked;
      const hint = { loginHint: flow.email, domainHint: undefined, forceLogin };
      return await beginSso(service, flow, { kind: "connection", value: connection }, hint, reply);
    }
    return await goOn(service, await readFlow(service, request, flow.id), request, reply, problem);
  }
}

/** What a person is told of a refusal. @throws what is none */
function problemOf(error: unknown): string {
  if (error instanceof SignInRefusal) return sentenceOf(error);
  if (!(error instanceof WireError) || error.status >= 500) throw error;
  if (error.status === 429) return "Too many tries. Wait a minute, then try again.";
  if (error.body.code === "invalid_credentials") return "The e-mail address or the password is not right.";
  const [first] = Array.isArray(error.body.errors) ? (error.body.errors as { message?: unknown }[]) : [];
  return typeof first?.message === "string" ? first.message : error.message;
}

async function forgot(service: Service, flow: Flow, reply: FastifyReply): Promise<FastifyReply> {
  try {
    await sendReset(service, flow);
  } catch (error) {
    return await render(service, flow, { step: null, signUp: false, problem: problemOf(error) }, reply);
  }
  return show(reply, brandOf(flow), {
    title: "Look into your mailbox",
    body: `<p>If there is an account with this address, a link to set a new password is on its way to it. It is good for an hour.</p>
      <p class="quiet"><a href="/authkit/${flow.id}">Back to signing in</a></p>`,
  });
}

async function returnFromSso(
  service: Service,
  request: FastifyRequest<OfFlow>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const flow = await readFlow(service, request, request.params.flow);
  if (flow.finished) throw alreadyFinished();
  const { query } = request;
  const error = one(query, "error");
  const message = one(query, "error_description") ?? "The identity provider did not sign you in.";
  if (error !== undefined)
    return flow.asked.direct
      ? sendRefusal(flow, reply, { error, message })
      : await render(service, flow, { step: null, signUp: false, problem: message }, reply);
  try {
    const after = await takeUpSso(service, flow, one(query, "code") ?? "");
    return await goOn(service, after, request, reply);
  } catch (failure) {
    const problem = problemOf(failure);
    if (flow.asked.direct && failure instanceof WireError)
      return sendRefusal(flow, reply, {
        error: String(failure.body.error ?? "access_denied"),
        message: problem,
      });
    return await render(service, flow, { step: null, signUp: false, problem }, reply);
  }
}

const PLAIN = {
  name: "Sallyport",
  branding: { display_name: "Sign in on a device", accent_color: null, logo: null },
  redirectUri: null,
};

function deviceForm(reply: FastifyReply, code: string, problem: string | null): FastifyReply {
  const shown = /^[A-Za-z -]{1,12}$/.test(code) ? code.toUpperCase() : "";
  return show(reply, PLAIN, {
    title: "Enter the code of your device",
    problem,
    body: `<form method="post"><label>Code<input class="code" name="user_code" autocapitalize="characters" autocomplete="off" spellcheck="false" maxlength="12" required autofocus value="${shown}"></label>
      <button type="submit">Continue</button></form>`,
  });
}

/** Guessing codes must not pay: there are 25 thousand million of them, and few are waited for. */
const DEVICE_TRIES = { count: 20, windowMs: 60_000 };

async function takeUpDevice(
  service: Service,
  request: FastifyRequest<OfFlow>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const typed = (one(request.body ?? {}, "user_code") ?? "").slice(0, 20);
  await spendFrom(service.db, "device", request.ip, DEVICE_TRIES);
  const found = await findByUserCode(service, typed);
  if (!found)
    return deviceForm(reply, typed, "No device waits for this code. Codes are good for five minutes.");
  const client = await readClient(service, found.clientId, null);
  const connect = found.of && (await connectOf(service, client, found.of));
  const flow = await beginFlow(service, request, reply, {
    client,
    asked: {
      clientId: client.clientId,
      redirectUri: null,
      state: null,
      codeChallenge: null,
      loginHint: null,
      direct: false,
      device: found.deviceHash,
      connect,
    },
    email: null,
    organizationId: connect?.organizationId ?? null,
    invitationId: null,
  });
  return reply
    .code(303)
    .headers({ location: `/authkit/${flow.id}`, "cache-control": "no-store" })
    .send();
}

/** The application that a device is to be signed in to, as the pages ask about it. */
async function connectOf(service: Service, { environmentId, clientId }: Client, of: OfApplication) {
  const application = await getApplication(service.db, environmentId, of.applicationId);
  return {
    applicationId: application.id,
    name: application.name,
    asksConsent: true,
    scopes: [...of.scopes],
    nonce: null,
    issuer: `${service.env.baseUrl}/issuers/${clientId}`,
    organizationId: application.organization_id,
  };
}

/** Puts on record what a person allows the application on their device. */
async function allow(
  { clock }: Service,
  run: Run,
  { client, asked }: Flow,
  userId: string,
  organizationId: string | null,
) {
  if (!asked.connect) return {};
  const { applicationId, scopes } = asked.connect;
  const subject = { applicationId, userId, organizationId };
  const { id } = await authorize(run, client.environmentId, subject, scopes);
  return { authorization: { id, signedInAt: clock() } };
}

async function decide(
  service: Service,
  flow: Flow,
  approved: boolean,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const step = await stepOf(service, flow);
  const { proven, client, asked } = flow;
  if (step?.kind === "done" && asked.connect !== null && asked.device === null) {
    if (approved) return await finishConnect(service, flow, step.organizationId, reply);
    return sendRefusal(flow, reply, { error: "access_denied", message: "The person did not agree." });
  }
  if (step?.kind !== "done" || !proven || asked.device === null) throw alreadyFinished();
  const device = asked.device;
  const decided = await service.db.transaction(client.environmentId, async (run) => {
    await finishFlow(service, run, flow);
    if (approved) await admit(service, run, client.environmentId, proven, step.organizationId);
    const allowed = approved ? await allow(service, run, flow, proven.userId, step.organizationId) : {};
    const decision = { ...proven, approved, organizationId: step.organizationId, ...allowed };
    return await decideDevice(run, client.environmentId, device, decision, service.clock());
  });
  return show(reply, brandOf(flow), {
    title: decided
      ? approved
        ? "Your device is signed in"
        : "The device was not signed in"
      : "The code has expired",
    body: decided
      ? "<p>You can close this window.</p>"
      : "<p>Ask the device for a new code, and begin again.</p>",
  });
}
