import type { FastifyReply } from "fastify";
import { admit } from "../authentication/admit.ts";
import { insertCode } from "../authentication/codes.ts";
import { nextStep, type Step } from "../authentication/steps.ts";
import { authorize, findAuthorization } from "../connect/authorizations.ts";
import { alone } from "../db.ts";
import { insertConnectCode } from "../oauth-server/grants.ts";
import type { Service } from "../service.ts";
import { sendTo, withParams } from "../sso/redirect.ts";
import { SignInRefusal } from "../sso/refusal.ts";
import { alreadyFinished, type Flow, finishFlow } from "./flow.ts";
import { remember } from "./remembered.ts";
import type { Wish } from "./wish.ts";

/** What the person is asked next; null while they have not shown who they are. */
export async function stepOf(service: Service, flow: Flow): Promise<Step | null> {
  return flow.proven && (await nextStep(service, flow.client, flow.proven));
}

/** Ends the sign-in where nothing is left to ask: the browser goes back to the application with a code. */
export async function finish(
  service: Service,
  flow: Flow,
  organizationId: string | null,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { client, asked, proven } = flow;
  if (!proven || asked.redirectUri === null) throw alreadyFinished();
  const code = await service.db.transaction(client.environmentId, async (run) => {
    await finishFlow(service, run, flow);
    const user = await admit(service, run, client.environmentId, proven, organizationId);
    const remembrance = await remember(service, run, { ...flow, proven }, organizationId, reply);
    return await insertCode(service, run, client.environmentId, {
      userId: user.id,
      method: proven.method,
      idpSessionId: proven.idpSessionId,
      organizationId,
      ipAddress: proven.ipAddress,
      userAgent: proven.userAgent,
      impersonator: null,
      codeChallenge: asked.codeChallenge,
      remembrance,
    });
  });
  return sendTo(reply, withParams(asked.redirectUri, { code, state: asked.state }));
}

/**
 * Whoever is known in this browser goes back at once where nothing is left to ask, else to the page that asks it.
 * @throws SignInRefusal where something is left, and the application wants nothing asked
 */
export async function goOnKnown(
  service: Service,
  flow: Flow,
  { silent }: Wish,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const step = await stepOf(service, flow);
  const isDone = step?.kind === "done";
  if (isDone && !(await needsConsent(service, flow, step.organizationId)))
    return flow.asked.connect
      ? await finishConnect(service, flow, step.organizationId, reply)
      : await finish(service, flow, step.organizationId, reply);
  if (!silent) return sendTo(reply, `${service.env.baseUrl}/authkit/${flow.id}`);
  throw isDone
    ? new SignInRefusal("consent_required", "The person has to say whether the application may.")
    : new SignInRefusal("interaction_required", "The person has to be asked something.");
}

/** Whether the person still has to say that a Connect application may. What they said once they are not asked again. */
export async function needsConsent(
  service: Service,
  flow: Flow,
  organizationId: string | null,
): Promise<boolean> {
  const { client, asked, proven } = flow;
  if (!asked.connect?.asksConsent || !proven) return false;
  const run = alone(service.db, client.environmentId);
  const subject = { applicationId: asked.connect.applicationId, userId: proven.userId, organizationId };
  const known = await findAuthorization(run, client.environmentId, subject);
  if (asked.connect.asksAgain) return true;
  return !known || asked.connect.scopes.some((scope) => !known.scopes.includes(scope));
}

/** Ends the sign-in of a Connect application: what it may is put on record, and it gets its code. */
export async function finishConnect(
  service: Service,
  flow: Flow,
  organizationId: string | null,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { client, asked, proven } = flow;
  const { connect, redirectUri, codeChallenge } = asked;
  if (!proven || !connect || redirectUri === null) throw alreadyFinished();
  const { environmentId } = client;
  const code = await service.db.transaction(environmentId, async (run) => {
    await finishFlow(service, run, flow);
    const user = await admit(service, run, environmentId, proven, organizationId);
    const remembrance = await remember(service, run, { ...flow, proven }, organizationId, reply);
    const subject = { applicationId: connect.applicationId, userId: user.id, organizationId };
    const { id } = await authorize(run, environmentId, subject, connect.scopes);
    return await insertConnectCode(service, run, environmentId, {
      authorizationId: id,
      scopes: connect.scopes,
      nonce: connect.nonce,
      redirectUri,
      codeChallenge,
      signedInAt: remembrance?.signedInAt ?? service.clock(),
    });
  });
  return sendTo(reply, withParams(redirectUri, { code, state: asked.state, iss: connect.issuer }));
}

/** Back to the application with a reason. */
export function sendRefusal(
  { asked }: Pick<Flow, "asked">,
  reply: FastifyReply,
  { error, message }: { error: string; message: string },
): FastifyReply {
  if (asked.redirectUri === null) throw alreadyFinished();
  return sendTo(
    reply,
    withParams(asked.redirectUri, { error, error_description: message, state: asked.state }),
  );
}
