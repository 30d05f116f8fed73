import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Provider } from "oidc-provider";

/** A real OpenID provider (`oidc-provider`, certified) on loopback, which signs everybody in as one person without asking. */
export interface OidcIdp {
  issuer: string;
  clientId: string;
  clientSecret: string;
  close(): Promise<void>;
}

export interface OidcPerson {
  sub: string;
  email: string;
  email_verified?: boolean;
  given_name: string;
  family_name: string;
  groups: string[];
}

export const GRACE: OidcPerson = {
  sub: "grace-1906",
  email: "grace@example.com",
  given_name: "Grace",
  family_name: "Hopper",
  groups: ["compilers"],
};

/** `redirectUris` is read when somebody signs in: a connection's address is known only once it is made. */
export async function startOidcIdp(redirectUris: string[], person: OidcPerson = GRACE): Promise<OidcIdp> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const [clientId, clientSecret] = ["sallyport", "a-secret-only-for-the-tests-of-sallyport"];
  const client = {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: ["https://placeholder.example/callback"],
    token_endpoint_auth_method: "client_secret_post" as const,
  };
  const provider = new Provider(issuer, {
    clients: [client],
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["given_name", "family_name", "groups"],
    },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    findAccount: (_context: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ ...person, sub: id }),
    }),
    interactions: {
      url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
    },
  });
  provider.Client.prototype.redirectUriAllowed = (uri) => redirectUris.includes(uri);
  provider.Client.prototype.postLogoutRedirectUriAllowed = (uri) => redirectUris.includes(uri);
  const handle = provider.callback();
  server.on("request", async (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return handle(request, response);
    const { params, prompt } = await provider.interactionDetails(request, response);
    if (prompt.name === "login")
      return provider.interactionFinished(request, response, { login: { accountId: person.sub } });
    const grant = new provider.Grant({ accountId: person.sub, clientId: String(params.client_id) });
    grant.addOIDCScope("openid email profile");
    const grantId = await grant.save();
    await provider.interactionFinished(
      request,
      response,
      { consent: { grantId } },
      { mergeWithLastSubmission: true },
    );
  });
  return {
    issuer,
    clientId,
    clientSecret,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
