import type { FastifyReply } from "fastify";
import { provenBySso, redeemSsoCode } from "../authentication/sso.ts";
import type { Service } from "../service.ts";
import { lookUp } from "../sso/authorize.ts";
import { beginSignIn } from "../sso/begin.ts";
import type { SignInRefusal } from "../sso/refusal.ts";
import { chooseConnection, type Selector } from "../sso/selector.ts";
import { refused } from "../wire/errors.ts";
import { type Flow, saveFlow } from "./flow.ts";

/** Where the identity provider's answer comes back to: our own page, which is an application of single sign-on itself. */
export function returnAddress(baseUrl: string, flowId: string): string {
  return `${baseUrl}/authkit/${flowId}/sso`;
}

/** Sends the browser to the identity provider. @throws SignInRefusal where the selector leads to none. */
export async function beginSso(
  service: Service,
  flow: Pick<Flow, "id" | "client" | "secretHash">,
  selector: Selector,
  more: { loginHint: string | null; domainHint: string | undefined; forceLogin: boolean },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = await lookUp(service, flow.client, selector);
  const connection = chooseConnection(selector, {
    connections: found.connections,
    organizationExists: found.organization_exists,
    domainHint: more.domainHint,
  });
  return await beginSignIn(
    service,
    connection,
    {
      purpose: "application",
      redirectUri: returnAddress(service.env.baseUrl, flow.id),
      clientState: null,
      // So a code that somebody else was given, at whatever address, is none here.
      codeChallenge: flow.secretHash,
      loginHint: more.loginHint ?? undefined,
      domainHint: more.domainHint,
      forceLogin: more.forceLogin,
    },
    reply,
  );
}

/** The identity provider's person is who signs in here. @throws WireError 400 for a code that is not good, or not theirs to join. */
export async function takeUpSso(service: Service, flow: Flow, code: string): Promise<Flow> {
  const profile = await redeemSsoCode(service, flow.client, {
    code,
    challenge: flow.secretHash,
    repeat: null,
  });
  if (!profile) throw refused(400, "The answer of the identity provider was used already, or has expired.");
  const { ipAddress, userAgent, invitationId } = flow;
  const proven = await provenBySso(service, flow.client, profile, {
    invitationId,
    ipAddress,
    userAgent,
  });
  return await saveFlow(service, { ...flow, email: profile.email, proven });
}

/** A sentence for the person, of what an identity provider or a selector refused. */
export function sentenceOf(error: SignInRefusal): string {
  return error.code === "connection_unlinked"
    ? "Single sign-on is switched off for your organization."
    : error.message;
}
