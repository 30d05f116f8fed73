import { expect, test } from "vitest";
import { OidcSettings } from "#lib/identity-service/connections/settings.ts";
import { configurationOf } from "#lib/identity-service/oidc/configuration.ts";
import type { Service } from "#lib/identity-service/service.ts";

const service = { clock: () => new Date() } as Service;
const connectionTo = (issuer: string) => ({
  id: `conn_${issuer}`,
  environment_id: "environment_test",
  settings: OidcSettings.parse({
    issuer,
    client_id: "sallyport",
    authorization_endpoint: "https://login.example/authorize",
    token_endpoint: "https://login.example/token",
    jwks_uri: "https://login.example/keys",
  }),
});

// Any of its tenants may write any e-mail address into its tokens, those of other tenants too.
test("an issuer that stands for many tenants signs nobody in", async () => {
  const many = configurationOf(service, connectionTo("https://login.example/{tenantid}/v2.0"));
  await expect(many).rejects.toThrow("Enter the issuer of one");
  const one = await configurationOf(service, connectionTo("https://login.example/tenant-1/v2.0"));
  expect(one.serverMetadata().issuer).toBe("https://login.example/tenant-1/v2.0");
});
