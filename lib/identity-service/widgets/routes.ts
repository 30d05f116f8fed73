import type { FastifyInstance } from "fastify";
import { SignJWT } from "jose";
import { z } from "zod";
import { membershipStatus } from "../authentication/organizations.ts";
import { alone } from "../db.ts";
import { getEnvironment } from "../environments/store.ts";
import { currentSigningKey, privateKeyOf } from "../keys/signing-keys.ts";
import { getOrganization } from "../organizations/store.ts";
import type { Service } from "../service.ts";
import { getUser } from "../users/store.ts";
import { refused } from "../wire/errors.ts";
import { parse } from "../wire/params.ts";

const LASTS_S = 3_600;

const WidgetToken = z.object({
  organization_id: z.string().nullish(),
  user_id: z.string().nullish(),
  scopes: z
    .array(
      z.enum([
        "widgets:users-table:manage",
        "widgets:domain-verification:manage",
        "widgets:sso:manage",
        "widgets:api-keys:manage",
        "widgets:dsync:manage",
        "widgets:audit-log-streaming:manage",
        "widgets:pipes:manage",
      ]),
    )
    .nullish(),
});
const ClientToken = z.object({ organization_id: z.string(), user_id: z.string() });

/** Tokens that an application hands to its own pages, about one user in one organization. They verify against the JWKS. */
export function widgetRoutes(app: FastifyInstance, service: Service): void {
  app.post("/widgets/token", async ({ environmentId, body }, reply) => {
    const { organization_id, user_id, scopes } = parse(WidgetToken, body);
    const about = { organizationId: organization_id ?? null, userId: user_id ?? null };
    const token = await sign(service, environmentId, "widget+jwt", about, { scopes: scopes ?? [] });
    return reply.code(201).send({ token });
  });
  app.post("/client/token", async ({ environmentId, body }, reply) => {
    const { organization_id, user_id } = parse(ClientToken, body);
    const about = { organizationId: organization_id, userId: user_id };
    return reply.code(201).send({ token: await sign(service, environmentId, "client+jwt", about, {}) });
  });
}

async function sign(
  service: Service,
  environmentId: string,
  typ: string,
  { organizationId, userId }: { organizationId: string | null; userId: string | null },
  claims: Record<string, unknown>,
): Promise<string> {
  const { db } = service;
  const environment = await getEnvironment(db, environmentId);
  if (organizationId !== null) await getOrganization(db, environmentId, organizationId);
  if (userId !== null) await getUser(db, environmentId, userId);
  if (organizationId !== null && userId !== null) {
    const status = await membershipStatus(alone(db, environmentId), environmentId, userId, organizationId);
    if (status !== "active")
      throw refused(400, `The user is no active member of the organization '${organizationId}'.`);
  }
  const key = await currentSigningKey(service, environmentId, "token");
  const now = Math.floor(service.clock().getTime() / 1_000);
  const signed = new SignJWT({ ...claims, ...(organizationId !== null ? { org_id: organizationId } : {}) })
    .setProtectedHeader({ alg: "RS256", kid: key.id, typ })
    .setIssuer(environment.issuer ?? service.env.baseUrl)
    .setAudience(environment.client_id)
    .setIssuedAt(now)
    .setExpirationTime(now + LASTS_S);
  if (userId !== null) signed.setSubject(userId);
  return await signed.sign(privateKeyOf(service, environmentId, key));
}
