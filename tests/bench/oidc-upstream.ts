/** `oidc-provider` on PORT for the client `sallyport`, which signs in whoever the login hint names. Started by oidc-login.bench.ts. */
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const port = Number(process.env.PORT);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "sallyport",
      client_secret: "a-secret-only-for-the-benches-of-sallyport",
      redirect_uris: ["https://placeholder.example/callback"],
      token_endpoint_auth_method: "client_secret_post" as const,
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name", "family_name"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  findAccount: (_context: unknown, id: string) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, given_name: "Grace", family_name: "Hopper" }),
  }),
  interactions: {
    url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}`,
  },
});
provider.Client.prototype.redirectUriAllowed = () => true;
const handle = provider.callback();
createServer(async (request, response) => {
  if (!request.url?.startsWith("/interaction/")) return handle(request, response);
  const { params, prompt } = await provider.interactionDetails(request, response);
  const accountId = String(params.login_hint);
  // Who it is and what they consent to in one step, as where a provider serves its owner's applications.
  const login = prompt.name === "login" ? { login: { accountId } } : {};
  const grant = new provider.Grant({ accountId, clientId: String(params.client_id) });
  grant.addOIDCScope("openid email profile");
  const consent = { grantId: await grant.save() };
  const merge = { mergeWithLastSubmission: true };
  await provider.interactionFinished(request, response, { ...login, consent }, merge);
}).listen(port, "127.0.0.1");
