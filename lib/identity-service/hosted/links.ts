import type { FastifyReply, FastifyRequest } from "fastify";
import { readClient } from "../authentication/client.ts";
import { EVERY_ENVIRONMENT, sql } from "../db.ts";
import { escapeHtml } from "../html/pages.ts";
import { hashSecret } from "../keys/secrets.ts";
import { confirmPasswordReset, requireUsableReset } from "../one-time/password-reset.ts";
import type { Service } from "../service.ts";
import { sendTo } from "../sso/redirect.ts";
import { WireError } from "../wire/errors.ts";
import { one, type Params } from "../wire/params.ts";
import { beginFlow } from "./flow.ts";
import { passwordField, show } from "./view.ts";

// Looked up across environments: the token in the link is what says which one.
const OF_RESET = sql(
  "hosted_reset_client",
  `SELECT environment.client_id FROM identity.password_resets AS row JOIN identity.environments AS environment ON environment.id = row.environment_id
   WHERE row.token_hash = $1`,
);
const OF_INVITATION = sql(
  "hosted_invitation_client",
  `SELECT environment.client_id, row.id, row.email, row.organization_id,
     row.accepted_at IS NULL AND row.revoked_at IS NULL AND row.expires_at > $2 AS pending,
     (SELECT uri FROM identity.redirect_uris AS known WHERE known.environment_id = row.environment_id AND known.is_default LIMIT 1) AS redirect_uri
   FROM identity.invitations AS row JOIN identity.environments AS environment ON environment.id = row.environment_id
   WHERE row.token_hash = $1`,
);

/** GET /authkit/reset-password: where the link of a message leads. Looking at it uses nothing up. */
export async function resetForm(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { client, email } = await readReset(service, one(request.query as Params, "token"));
  return showResetForm(reply, client, email, null);
}

/** POST /authkit/reset-password */
export async function resetPassword(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const token = one(request.query as Params, "token");
  const { client, email } = await readReset(service, token);
  const password = one((request.body ?? {}) as Params, "password") ?? "";
  try {
    await confirmPasswordReset(service, client.environmentId, { token: token ?? "", new_password: password });
  } catch (error) {
    const [problem] = error instanceof WireError && Array.isArray(error.body.errors) ? error.body.errors : [];
    if (!(error instanceof WireError) || error.status >= 500) throw error;
    return showResetForm(reply, client, email, String(problem?.message ?? error.message));
  }
  const home = client.settings.pages.home_url;
  return show(reply, brandOfClient(client), {
    title: "Your password is set",
    body: `<p>All your other sessions were ended. Sign in with the new password.</p>
      ${home ? `<p><a href="${escapeHtml(home)}">Go to the application</a></p>` : "<p>Go back to the application.</p>"}`,
  });
}

/** GET /authkit/invitation: begins a sign-in, or a sign-up, in which the invitation is accepted. */
export async function invitationPage(
  service: Service,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const token = one(request.query as Params, "invitation_token") ?? "";
  type Found = {
    client_id: string;
    id: string;
    email: string;
    organization_id: string | null;
    pending: boolean;
    redirect_uri: string | null;
  };
  const [found] = await service.db.query<Found>(EVERY_ENVIRONMENT, OF_INVITATION, [
    hashSecret(token),
    service.clock(),
  ]);
  if (!found?.pending) throw new WireError(404, { message: "This invitation is not valid, or no longer." });
  if (!found.redirect_uri)
    throw new WireError(400, {
      message: "The application has no default address to return to. Its administrator can set one.",
    });
  const client = await readClient(service, found.client_id, null);
  const flow = await beginFlow(service, request, reply, {
    client,
    asked: {
      clientId: client.clientId,
      redirectUri: found.redirect_uri,
      state: null,
      codeChallenge: null,
      loginHint: null,
      direct: false,
    },
    email: found.email,
    organizationId: found.organization_id,
    invitationId: found.id,
  });
  return sendTo(reply, `${service.env.baseUrl}/authkit/${flow.id}?show=sign-up`);
}

type Client = Awaited<ReturnType<typeof readClient>>;

async function readReset(
  service: Service,
  token: string | undefined,
): Promise<{ client: Client; email: string }> {
  const [found] = await service.db.query<{ client_id: string }>(EVERY_ENVIRONMENT, OF_RESET, [
    hashSecret(token ?? ""),
  ]);
  if (!token || !found) throw new WireError(404, { message: "This link is not valid. Ask for a new one." });
  const client = await readClient(service, found.client_id, null);
  const { email } = await requireUsableReset(service, client.environmentId, token);
  return { client, email };
}

function showResetForm(
  reply: FastifyReply,
  client: Client,
  email: string,
  problem: string | null,
): FastifyReply {
  const hint = `at least ${client.settings.password.minimum_length} characters`;
  return show(reply, brandOfClient(client), {
    title: "Set a new password",
    problem,
    body: `<p>For ${escapeHtml(email)}</p><form method="post">
      <input type="hidden" name="username" autocomplete="username" value="${escapeHtml(email)}">
      ${passwordField("New password", "new-password", hint)}<button type="submit">Set password</button></form>`,
  });
}

function brandOfClient({ name, settings }: Client) {
  return { name, branding: settings.branding, redirectUri: null };
}
