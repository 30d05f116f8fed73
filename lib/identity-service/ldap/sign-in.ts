import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyReply } from "fastify";
import { z } from "zod";
import { addressesOf } from "../connections/connection.ts";
import { protocolOf } from "../connections/types.ts";
import { json, sql } from "../db.ts";
import { browserOf } from "../html/browser-cookie.ts";
import { errorPage } from "../html/pages.ts";
import { passwordPage } from "../html/password-page.ts";
import { hashSecret, sameSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { ALREADY_FINISHED } from "../sso/arrive.ts";
import { secretsContext } from "../sso/begin.ts";
import { findReturn, mayTry, type PendingSignIn, type ReturnContext } from "../sso/context.ts";
import { keepChecks } from "../sso/kept-checks.ts";
import { returnToApplication, staleVerdict, type Verdict } from "../sso/return.ts";
import { telling, toldValues, type Visitor, visitorOf } from "../sso/told.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { attempt } from "./attempts.ts";
import { authenticate, type Credentials } from "./authenticate.ts";
import { keepEntry } from "./captured-entry.ts";
import { bindPasswordContext } from "./input.ts";
import { mapEntry, wantedAttributes } from "./profile.ts";
import { LdapRefusal } from "./refusal.ts";
import { LdapSettings } from "./settings.ts";
import { allPassed, failedAt, type LdapCheckId } from "./trace.ts";

const Secrets = z.object({ browser: z.string() });
const WRONG = "The user name or the password is wrong.";
/** A refusal takes whole seconds, so that by its time nobody tells a wrong password from a name that does not exist. */
const WRONG_TAKES_MS = 1_000;

/** POST /sso/ldap/<external key>: somebody's answer on the password page. */
export async function receivePassword(
  service: Service,
  externalKey: string,
  form: Params,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const startedAt = performance.now();
  const handle = one(form, "sign_in") ?? null;
  const context = await findReturn(service, externalKey, handle);
  const { connection, signIn } = context;
  if (protocolOf(connection) !== "ldap")
    throw new WireError(404, { message: "There is no LDAP connection at this address." });
  if (!signIn || handle === null) return errorPage(reply, 400, ALREADY_FINISHED);
  const stale = staleVerdict(context);
  if (stale) return await returnToApplication(service, context, stale, reply);
  if (!isSameBrowser(service, signIn, reply)) return errorPage(reply, 400, ANOTHER_BROWSER);
  const credentials = readCredentials(form);
  const askAgain = (status: number, problem: string) =>
    passwordPage(reply, status, {
      action: addressesOf(service.env.baseUrl, externalKey).password_url,
      handle,
      username: credentials?.username ?? "",
      directory: connection.name,
      problem,
    });
  if (!credentials) return askAgain(400, "Enter your user name and your password.");
  const tried = await attempt(service, connection, credentials.username, reply.request.ip);
  if ("retryAfter" in tried) {
    reply.header("retry-after", tried.retryAfter);
    return askAgain(429, "That was tried too often. Wait a few minutes, then try again.");
  }
  const outcome = await judgePassword(service, context, credentials);
  if (outcome.kind === "passed" || outcome.kind === "failed") await tried.giveBack();
  // A test is there to be read: it ends with what it found.
  const isOver = outcome.kind === "passed" || outcome.kind === "failed" || signIn.purpose === "test";
  if (isOver) return await returnToApplication(service, context, outcome.verdict, reply);
  await note(service, context, signIn, outcome.verdict, visitorOf(reply.request));
  if (outcome.kind === "account") return askAgain(403, outcome.verdict.message);
  await untilWholeSteps(startedAt);
  return askAgain(403, WRONG);
}

const ANOTHER_BROWSER =
  "This sign-in was begun in another browser, or yours takes no cookies. Allow them for this address.";

/** Whoever sends the form is the browser that was shown it: another page cannot sign somebody in as somebody else. */
function isSameBrowser(service: Service, signIn: PendingSignIn, reply: FastifyReply): boolean {
  const browser = browserOf(service.env.baseUrl, reply.request);
  const sealed = signIn.secretsSealed;
  if (browser === null || sealed === null) return false;
  const opened = service.sealer.open(sealed, secretsContext(signIn.id));
  return sameSecret(hashSecret(browser), Secrets.parse(JSON.parse(opened)).browser);
}

function readCredentials(form: Params): Credentials | null {
  const username = one(form, "username")?.trim();
  const password = one(form, "password");
  if (!username || !password || username.length > 256 || password.length > 1_024) return null;
  return /\p{Cc}/u.test(username) ? null : { username, password };
}

type Judged =
  | { kind: "passed"; verdict: Verdict }
  | { kind: LdapRefusal["kind"]; verdict: Verdict & { ok: false } };

async function judgePassword(
  service: Service,
  { connection, signIn }: ReturnContext,
  credentials: Credentials,
): Promise<Judged> {
  const settings = LdapSettings.parse(connection.ldap);
  const refused = (kind: LdapRefusal["kind"], check: LdapCheckId, message: string, code: Code) => ({
    kind,
    verdict: { ok: false as const, code, message, checks: failedAt(settings.mode, check, message) },
  });
  if (!mayTry(connection.state, signIn))
    return refused("failed", "connection.active", "The connection was switched off.", "connection_unlinked");
  const map = connection.attribute_map;
  const sealed = settings.bind_password_sealed;
  const bindPassword =
    sealed && service.sealer.open(sealed, bindPasswordContext("connection", connection.id));
  const access = { settings, bindPassword, wanted: wantedAttributes(map, settings.kind) };
  try {
    const { entry, groups } = await authenticate(access, credentials, service.clock());
    const { kind } = settings;
    const answer = { protocol: "ldap" as const, kind, entry: keepEntry(entry), groups };
    const captured = signIn?.purpose === "test" ? answer : null;
    const profile = mapEntry(entry, map, { kind, groups });
    if (!profile) {
      const { verdict, ...more } = refused("failed", "person.identifier", NO_IDENTIFIER, "server_error");
      return { ...more, verdict: { ...verdict, captured } };
    }
    const checks = allPassed(settings.mode);
    return {
      kind: "passed",
      verdict: {
        ok: true,
        profile,
        checks,
        assertion: null,
        idToken: null,
        // A directory knows of none. What comes of this sign-in ends by it where its code is brought a second time.
        idpSession: { nameId: null, sessionIndex: null },
        askedFor: null,
        captured,
      },
    };
  } catch (error) {
    if (!(error instanceof LdapRefusal)) throw error;
    const code = error.kind === "failed" ? "server_error" : "access_denied";
    return refused(error.kind, error.check, error.message, code);
  }
}

type Code = "access_denied" | "connection_unlinked" | "server_error";
export const NO_IDENTIFIER =
  "The entry has no identifier that stays. Name the attribute that has one as idp_id in the connection's attribute map.";

const NOTE = sql(
  "sign_in_note",
  `WITH noted AS (
     UPDATE identity.sign_ins SET checks = $3, error = $4 WHERE environment_id = $1 AND id = $2 AND state = 'pending'
     RETURNING id AS session_id, connection_id, $5::text AS organization_id, NULL::text AS user_id, NULL::text AS email, error)
   ${telling("failed", "SELECT * FROM noted", 6)}`,
);

/** What became of a try, for the trace and for the application's eyes on its events: the person may try again. */
async function note(
  { db, metrics }: Service,
  { connection }: ReturnContext,
  { id }: PendingSignIn,
  { code, message, checks }: Verdict & { ok: false },
  visitor: Visitor,
): Promise<void> {
  metrics.signIns.inc({ outcome: "failed" });
  const environmentId = connection.environment_id;
  await db.query(environmentId, NOTE, [
    environmentId,
    id,
    json(keepChecks("ldap", checks)),
    json({ code, message }),
    connection.organization_id,
    ...toldValues(visitor),
  ]);
}

async function untilWholeSteps(startedAt: number): Promise<void> {
  const tookMs = performance.now() - startedAt;
  await sleep(Math.ceil(tookMs / WRONG_TAKES_MS) * WRONG_TAKES_MS - tookMs);
}
