import { createPublicKey, randomUUID, sign, verify } from "node:crypto";
import type { FastifyInstance, FastifyReply } from "fastify";
import { z } from "zod";
import { getEnvironment } from "../environments/store.ts";
import { errorPage, escapeHtml, send } from "../html/pages.ts";
import { currentSigningKey, listSigningKeys, privateKeyOf } from "../keys/signing-keys.ts";
import { getOrganization } from "../organizations/store.ts";
import type { Service } from "../service.ts";
import { environmentOf } from "../sso/clients.ts";
import { one, type Params, parse } from "../wire/params.ts";

const LASTS_S = 5 * 60;
const AUDIENCE = "sallyport:portal";

const Intent = z.enum([
  "sso",
  "dsync",
  "audit_logs",
  "log_streams",
  "domain_verification",
  "certificate_renewal",
  "bring_your_own_key",
]);
const WebAddress = z.url({ protocol: /^https?$/ }).max(2_000);

const GenerateLink = z.object({
  organization: z.string(),
  intent: Intent.optional(),
  return_url: WebAddress.nullish(),
  success_url: WebAddress.nullish(),
  it_contact_emails: z.array(z.email()).max(20).optional(),
});

/** What a portal link proves for five minutes: that the vendor's application lets its bearer set this organization up. */
const PortalToken = z.object({
  iss: z.string(),
  aud: z.literal(AUDIENCE),
  sub: z.string(),
  client_id: z.string(),
  intent: Intent.nullable(),
  return_url: z.string().nullable(),
  success_url: z.string().nullable(),
  exp: z.number(),
  /** Two links of one second are two: each opens in a browser of its own. */
  jti: z.string().optional(),
});
export type PortalToken = z.infer<typeof PortalToken>;

/** POST /portal/generate_link */
export function portalRoutes(app: FastifyInstance, service: Service): void {
  app.post("/portal/generate_link", async ({ environmentId, body }, reply) => {
    const wanted = parse(GenerateLink, body);
    const organization = await getOrganization(service.db, environmentId, wanted.organization);
    const environment = await getEnvironment(service.db, environmentId);
    const token = await signToken(service, environmentId, {
      iss: environment.issuer ?? service.env.baseUrl,
      aud: AUDIENCE,
      sub: organization.id,
      client_id: environment.client_id,
      intent: wanted.intent ?? null,
      return_url: wanted.return_url ?? null,
      success_url: wanted.success_url ?? null,
      exp: Math.floor(service.clock().getTime() / 1_000) + LASTS_S,
      jti: randomUUID(),
    });
    return reply.code(201).send({ link: `${service.env.baseUrl}/portal?token=${token}` });
  });
}

/** What only this service's own page can say something about: the console's portal has nothing for it. */
const ELSEWHERE: readonly PortalToken["intent"][] = ["log_streams", "bring_your_own_key"];

const NO_USE = "This set-up link does not work";

/** Where the link leads: on to the console's set-up portal where there is one, which has the token read here again. */
export function portalPage(app: FastifyInstance, service: Service): void {
  app.get<{ Querystring: Params }>(
    "/portal",
    { config: { page: true } },
    async (request, reply): Promise<FastifyReply> => {
      const text = one(request.query, "token");
      const read = await readPortalToken(service, text ?? "");
      if (read.state === "not_genuine")
        return errorPage(reply, 404, "It was not made here, or not all of it arrived.", NO_USE);
      const token = read.claims;
      const { portalUrl } = service.env;
      // One that is too old too: there it is said in the person's language, and whom to ask.
      if (portalUrl && !ELSEWHERE.includes(token.intent))
        return reply.redirect(
          `${portalUrl}/portal/ticket?${new URLSearchParams({ token: text ?? "" })}`,
          303,
        );
      if (read.state === "expired")
        return errorPage(reply, 404, "Links from an application work for five minutes.", NO_USE);
      const environmentId = await environmentOf(service, token.client_id);
      const { name } = await getOrganization(service.db, environmentId ?? "", token.sub);
      return send(reply, 200, {
        title: `Set-up link for ${name}`,
        body: `<p>This link is genuine. It lets its bearer set up ${escapeHtml(purposeOf(token))} for ${escapeHtml(name)} until
        ${escapeHtml(new Date(token.exp * 1_000).toISOString())}.</p>
        <p>This identity service has no set-up portal of its own. An administrator makes the connection in the Sallyport console.</p>`,
      });
    },
  );
}

export type ReadPortalToken =
  | { state: "valid"; claims: PortalToken; environmentId: string }
  | { state: "expired"; claims: PortalToken }
  | { state: "not_genuine" };

/** What a portal link is worth now. Only of one that was made here is it said that it is too old. */
export async function readPortalToken(service: Service, token: string): Promise<ReadPortalToken> {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const claims = PortalToken.safeParse(readPart(payload));
  const kid = z.object({ alg: z.literal("RS256"), kid: z.string() }).safeParse(readPart(header));
  if (!claims.success || !kid.success) return { state: "not_genuine" };
  const environmentId = await environmentOf(service, claims.data.client_id);
  if (!environmentId) return { state: "not_genuine" };
  const keys = await listSigningKeys(service, environmentId, "token");
  const key = keys.find(({ id }) => id === kid.data.kid);
  if (!key) return { state: "not_genuine" };
  const publicKey = createPublicKey({ key: key.public_jwk, format: "jwk" });
  const genuine = verify(
    "sha256",
    Buffer.from(`${header}.${payload}`),
    publicKey,
    Buffer.from(signature, "base64url"),
  );
  if (!genuine) return { state: "not_genuine" };
  if (claims.data.exp * 1_000 <= service.clock().getTime()) return { state: "expired", claims: claims.data };
  return { state: "valid", claims: claims.data, environmentId };
}

async function signToken(service: Service, environmentId: string, claims: PortalToken): Promise<string> {
  const key = await currentSigningKey(service, environmentId, "token");
  const content = [{ alg: "RS256", typ: "JWT", kid: key.id }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const signature = sign("sha256", Buffer.from(content), privateKeyOf(service, environmentId, key));
  return `${content}.${signature.toString("base64url")}`;
}

function readPart(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}

function purposeOf({ intent }: PortalToken): string {
  switch (intent) {
    case "sso":
      return "single sign-on";
    case "dsync":
      return "directory sync";
    case "domain_verification":
      return "domain verification";
    case "certificate_renewal":
      return "a new certificate";
    case "audit_logs":
    case "log_streams":
      return "audit logs";
    case "bring_your_own_key":
      return "an encryption key";
    case null:
      return "its identity features";
  }
}
