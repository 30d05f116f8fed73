import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { naughty, spoilt } from "#tests/support/naughty.ts";

let service: RunningIdentityService;
let here: TestEnvironment;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  service = await startIdentityService(identityUrl);
  here = await prepareEnvironment(service);
  await callWire(service, here, "POST", "/audit_logs/actions/fuzzed/schemas", {
    targets: [{ type: "thing" }],
  });
});
afterAll(async () => await service.close());

const party = { id: "p", type: "thing", name: "n", metadata: { key: "value" } };
const described = { type: "object", properties: { a: { type: "string" } } };

/** A request that is good as it stands, to be spoilt in one place. */
const requests: [method: string, path: string, body: () => unknown][] = [
  [
    "POST",
    "/organizations/:org/api_keys",
    () => ({ name: "n", permissions: ["p"], expires_at: "2099-01-01T00:00:00Z" }),
  ],
  ["POST", "/api_keys/validations", () => ({ value: "sk_x" })],
  ["POST", "/api_keys/api_key_x/expire", () => ({ expires_at: "2099-01-01T00:00:00Z" })],
  [
    "POST",
    "/audit_logs/events",
    () => ({
      organization_id: here.organizationId,
      event: {
        action: "fuzzed",
        version: 1,
        occurred_at: "2026-01-01T00:00:00Z",
        actor: party,
        targets: [party],
        context: { location: "l", user_agent: "u" },
        metadata: { key: 1 },
      },
    }),
  ],
  [
    "POST",
    "/audit_logs/actions/fuzzed/schemas",
    () => ({
      actor: { metadata: described },
      targets: [{ type: "thing", metadata: described }],
      metadata: described,
    }),
  ],
  [
    "POST",
    "/audit_logs/exports",
    () => ({
      organization_id: here.organizationId,
      range_start: "2026-01-01T00:00:00Z",
      range_end: "2026-02-01T00:00:00Z",
      actions: ["a"],
      actor_ids: ["a"],
      targets: ["t"],
    }),
  ],
  ["PUT", "/organizations/:org/audit_logs_retention", () => ({ retention_period_in_days: 30 })],
  ["POST", "/vault/v1/kv", () => ({ name: "n", value: "v", key_context: { a: "b" } })],
  ["PUT", "/vault/v1/kv/none", () => ({ value: "v", version_check: "x" })],
  ["POST", "/vault/v1/keys/data-key", () => ({ context: { a: "b" } })],
  ["POST", "/vault/v1/keys/decrypt", () => ({ keys: "abc" })],
  ["POST", "/vault/v1/keys/rekey", () => ({ encrypted_keys: "abc", context: { a: "b" } })],
  [
    "POST",
    "/authorization/resources",
    () => ({
      external_id: "e",
      name: "n",
      description: "d",
      resource_type_slug: "project",
      organization_id: here.organizationId,
      parent_resource_id: "r",
    }),
  ],
  [
    "PATCH",
    "/authorization/resources/none",
    () => ({ name: "n", description: "d", parent_resource_id: "r" }),
  ],
  [
    "POST",
    "/authorization/organization_memberships/none/check",
    () => ({ permission_slug: "p", resource_id: "r", resource_external_id: "e", resource_type_slug: "t" }),
  ],
  [
    "POST",
    "/authorization/organization_memberships/none/role_assignments",
    () => ({ role_slug: "r", resource_id: "r", resource_external_id: "e", resource_type_slug: "t" }),
  ],
  [
    "POST",
    "/connect/applications",
    () => ({
      name: "n",
      description: "d",
      application_type: "oauth",
      scopes: ["openid"],
      is_first_party: false,
      uses_pkce: true,
      redirect_uris: [{ uri: "https://app.example.com/callback", default: true }],
      organization_id: here.organizationId,
    }),
  ],
  [
    "PUT",
    "/connect/applications/none",
    () => ({
      name: "n",
      description: "d",
      scopes: ["s"],
      redirect_uris: [{ uri: "https://a.example", default: true }],
    }),
  ],
  [
    "POST",
    "/passwordless/sessions",
    () => ({ email: "a@example.com", type: "MagicLink", state: "s", expires_in: 900 }),
  ],
];

test.each(requests)("%s %s answers whatever it is sent, and never with 5xx", async (method, path, body) => {
  const at = path.replace(":org", here.organizationId);
  await fc.assert(
    fc.asyncProperty(fc.nat(60), naughty, async (place, by) => {
      const { status } = await callWire(service, here, method, at, spoilt(body(), place, by));
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 80 },
  );
});

test.each([
  ["GET", "/feature-flags/:text"],
  ["POST", "/feature-flags/:text/targets/org_:text"],
  ["DELETE", "/api_keys/:text"],
  ["GET", "/audit_logs/actions/:text/schemas"],
  ["POST", "/audit_logs/actions/:text/schemas"],
  ["GET", "/audit_logs/exports/:text"],
  ["GET", "/audit_logs/exports/:text/csv?token=:text"],
  ["GET", "/vault/v1/kv/name/:text"],
  ["GET", "/vault/v1/kv?search=:text&updatedAfter=:text&after=:text"],
  ["DELETE", "/vault/v1/kv/:text?version_check=:text"],
  ["GET", "/passwordless/:text"],
  ["POST", "/passwordless/:text"],
  ["GET", "/user_management/users/:text/api_keys?organization_id=:text"],
])("%s %s finds nothing by any text, and never answers with 5xx", async (method, path) => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.string({ minLength: 1, unit: "grapheme" }), fc.constantFrom("\u0000", "..%2f", "%")),
      async (text) => {
        const answer = await fetch(`${service.url}${path.replaceAll(":text", encodeURIComponent(text))}`, {
          method,
          headers: { authorization: `Bearer ${here.apiKey}` },
        });
        expect(answer.status).toBeLessThan(500);
        await answer.text();
      },
    ),
    { numRuns: 40 },
  );
});

test("an empty id is an id that nothing has", async () => {
  const application = { name: "n", application_type: "m2m", organization_id: "" };
  expect((await callWire(service, here, "POST", "/connect/applications", application)).status).toBe(404);
  for (const named of ["organization_id", "inviter_user_id"]) {
    const invitation = { email: "nobody@example.com", [named]: "" };
    expect((await callWire(service, here, "POST", "/user_management/invitations", invitation)).status).toBe(
      404,
    );
  }
});
