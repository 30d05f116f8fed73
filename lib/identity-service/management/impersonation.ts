import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { insertCode } from "../authentication/codes.ts";
import { membershipStatus } from "../authentication/organizations.ts";
import { notAMember } from "../authentication/steps.ts";
import { sql } from "../db.ts";
import { EnvironmentSettings } from "../environments/settings.ts";
import { getEnvironment } from "../environments/store.ts";
import type { Service } from "../service.ts";
import { withParams } from "../sso/redirect.ts";
import { Email } from "../users/input.ts";
import { getUser } from "../users/store.ts";
import { refused } from "../wire/errors.ts";
import { parse } from "../wire/params.ts";

export const CreateImpersonation = z.object({
  user_id: z.string(),
  organization_id: z.string().nullish(),
  /** Who it is that signs in as somebody else; the application and the audit record see it. */
  impersonator_email: Email,
  reason: z.string().trim().min(1).max(500),
});

const DEFAULT_URI = sql(
  "impersonation_redirect_uri",
  "SELECT uri FROM identity.redirect_uris WHERE environment_id = $1 AND is_default LIMIT 1",
);

/** Signs an administrator in as one of the users: a link that is good once, for ten minutes; the session lasts an hour. */
export function impersonationRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  app.post<{ Params: { env: string } }>(
    "/environments/:env/impersonations",
    async ({ params, body }, reply) => {
      const { user_id, organization_id, impersonator_email, reason } = parse(CreateImpersonation, body);
      const user = await getUser(db, params.env, user_id);
      const { client_id, settings } = await getEnvironment(db, params.env);
      const { pages } = EnvironmentSettings.parse(settings);
      const url = await db.transaction(params.env, async (run) => {
        const [target] = await run<{ uri: string }>(DEFAULT_URI, [params.env]);
        if (!target && !pages.initiate_login_url)
          throw refused(422, "Set a default redirect URI first: it is where the link leads.");
        const organizationId = organization_id ?? null;
        if (
          organizationId !== null &&
          (await membershipStatus(run, params.env, user.id, organizationId)) !== "active"
        )
          throw notAMember(organizationId);
        const code = await insertCode(service, run, params.env, {
          idpSessionId: null,
          remembrance: null,
          userId: user.id,
          organizationId,
          method: "impersonation",
          impersonator: { email: impersonator_email, reason },
          codeChallenge: null,
          ipAddress: null,
          userAgent: null,
        });
        return target && !pages.initiate_login_url
          ? withParams(target.uri, { code })
          : withParams(`${service.env.baseUrl}/authkit/impersonation`, { client_id, code });
      });
      return reply.code(201).send({ object: "impersonation", user_id: user.id, url });
    },
  );
}
