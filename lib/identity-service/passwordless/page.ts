import type { FastifyReply } from "fastify";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { getEnvironment } from "../environments/store.ts";
import { show } from "../hosted/view.ts";
import { errorPage, escapeHtml } from "../html/pages.ts";
import { hashSecret } from "../keys/secrets.ts";
import type { Service } from "../service.ts";
import { ALREADY_FINISHED } from "../sso/arrive.ts";
import { findReturn, type PendingSignIn, type ReturnContext } from "../sso/context.ts";
import { grant } from "../sso/finish.ts";
import { sendTo, withParams } from "../sso/redirect.ts";
import { visitorOf } from "../sso/told.ts";
import { emailKey } from "../wire/email.ts";
import { MAGIC_LINK, openSecrets } from "./session.ts";

// Looked up across environments: the link is what says which one.
const FIND = sql(
  "passwordless_link_find",
  `SELECT connection.external_key FROM identity.sign_ins AS signing_in JOIN identity.connections AS connection
     ON connection.id = signing_in.connection_id AND connection.connection_type = '${MAGIC_LINK}'
   WHERE signing_in.handle_hash = $1`,
);

/** GET /passwordless/<token>: asks before it signs in, for programs that look into mail follow its links. */
export async function magicLinkPage(
  service: Service,
  token: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const link = await readLink(service, token);
  if (!link) return errorPage(reply, 404, ALREADY_FINISHED);
  const { name, settings } = await getEnvironment(service.db, link.context.connection.environment_id);
  const { branding } = EnvironmentSettings.parse(settings);
  return show(
    reply,
    { name, branding, redirectUri: link.redirectUri },
    {
      title: "Sign in",
      body: `<p>As ${escapeHtml(link.email)}</p><form method="post"><button type="submit">Sign in</button></form>`,
    },
  );
}

/** POST /passwordless/<token>: signs in, once, and goes back to the application with a code. */
export async function followMagicLink(
  service: Service,
  token: string,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const link = await readLink(service, token);
  if (!link) return errorPage(reply, 404, ALREADY_FINISHED);
  const { email, redirectUri, signIn, context } = link;
  const outcome = await grant(service, context, {
    person: {
      idp_id: emailKey(email),
      email,
      first_name: null,
      last_name: null,
      name: null,
      groups: [],
      custom_attributes: {},
      raw_attributes: {},
    },
    checks: [
      {
        id: "magic_link.first_use",
        name: "The link is good, and used for the first time",
        clause: "Sallyport",
        result: "passed",
        expected: null,
        found: null,
        message: "",
      },
    ],
    assertion: null,
    idToken: null,
    idpSession: { nameId: null, sessionIndex: null },
    visitor: visitorOf(reply.request),
  });
  if (!("code" in outcome)) return errorPage(reply, 404, ALREADY_FINISHED);
  service.metrics.signIns.inc({ outcome: "passed" });
  return sendTo(reply, withParams(redirectUri, { code: outcome.code, state: signIn.clientState }));
}

interface Link {
  email: string;
  redirectUri: string;
  signIn: PendingSignIn;
  context: ReturnContext;
}

async function readLink(service: Service, token: string): Promise<Link | null> {
  const [found] = await service.db.query<{ external_key: string }>(EVERY_ENVIRONMENT, FIND, [
    hashSecret(token),
  ]);
  if (!found) return null;
  const context = await findReturn(service, found.external_key, token);
  const { signIn } = context;
  if (!signIn?.secretsSealed || !signIn.redirectUri) return null;
  const { email } = openSecrets(service, signIn.id, signIn.secretsSealed);
  return { email, redirectUri: signIn.redirectUri, signIn, context };
}
