import type { FastifyReply } from "fastify";
import { errorPage, testResultPage } from "../html/pages.ts";
import { lazy } from "../lazy.ts";
import type { Check } from "../saml/types.ts";
import type { Service } from "../service.ts";
import { fail, succeed, targetOf } from "./arrive.ts";
import type { CapturedAnswer } from "./captured.ts";
import type { ReturnContext } from "./context.ts";
import { type AssertionUse, close, type IdpSession } from "./finish.ts";
import { judge, type Person } from "./person.ts";
import type { RefusalCode } from "./refusal.ts";
import { visitorOf } from "./told.ts";

/** What a protocol made of the identity provider's answer. */
export type Verdict =
  | {
      ok: true;
      profile: Parameters<typeof judge>[0];
      checks: readonly Check[];
      assertion: AssertionUse | null;
      idToken: string | null;
      idpSession: IdpSession | null;
      /** SAML, without a request of ours: the address the IdP asks for. */
      askedFor: string | null;
      captured: CapturedAnswer | null;
    }
  | {
      ok: false;
      code: RefusalCode;
      message: string;
      checks: readonly Check[];
      captured?: CapturedAnswer | null;
    };

/** Of a test whose settings were changed since it began: its answer is not looked at. */
export function staleVerdict({ signIn }: ReturnContext): Verdict | null {
  return signIn?.stale ? { ok: false, code: "server_error", message: signIn.stale, checks: [] } : null;
}

/** The last steps of every sign-in, whichever protocol brought the person back. */
export async function returnToApplication(
  service: Service,
  context: ReturnContext,
  verdict: Verdict,
  reply: FastifyReply,
): Promise<FastifyReply> {
  if (!verdict.ok) return await fail(service, context, verdict, reply);
  const { checks: last, person, refusal } = judge(verdict.profile, context);
  const checks = [...verdict.checks, ...last];
  if (!person) {
    const message = last.find(({ result }) => result === "failed")?.message ?? "";
    const { email } = verdict.profile;
    const { captured } = verdict;
    const failure = { code: refusal ?? "server_error", message, checks, email, captured } as const;
    return await fail(service, context, failure, reply);
  }
  if (context.signIn?.purpose === "test")
    return await passTest(service, context, { person, checks, verdict }, reply);
  const target = await targetOf(service, context, verdict.askedFor);
  if (!target)
    return errorPage(
      reply,
      400,
      "The application has no default address to return to. Its administrator can set one.",
    );
  const { assertion, idToken, idpSession } = verdict;
  const visitor = visitorOf(reply.request);
  const success = { person, checks, assertion, idToken, idpSession, visitor };
  if (context.connection.asks_consent) {
    const { askConsent } = await consent();
    const asked = askConsent(service, context, { success, target }, reply);
    if (asked) return asked;
  }
  return await succeed(service, context, { success, target }, reply);
}

const consent = lazy(() => import("./consent.ts"));

async function passTest(
  service: Service,
  context: ReturnContext,
  { person, checks, verdict }: { person: Person; checks: readonly Check[]; verdict: Verdict & { ok: true } },
  reply: FastifyReply,
): Promise<FastifyReply> {
  const told = { email: null, visitor: visitorOf(reply.request) };
  const { assertion, captured } = verdict;
  await close(service, context, {
    state: "passed",
    checks,
    person,
    error: null,
    assertion,
    captured,
    ...told,
  });
  return testResultPage(reply, { passed: true, sentence: `${person.email} would be signed in.`, checks });
}
