import { afterAll, beforeAll, expect, test } from "vitest";
import type { z } from "zod";
import { managementArea } from "#lib/identity-service/areas/management.ts";
import { MANAGEMENT_OPERATIONS, openApiDocument } from "#lib/identity-service/openapi/document.ts";
import { createApp } from "#lib/identity-service/wire/app.ts";
import { WireError } from "#lib/identity-service/wire/errors.ts";
import { parse } from "#lib/identity-service/wire/params.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers are compared, whatever they are
type Json = any;

let service: RunningIdentityService;
let here: TestEnvironment;
let home: string;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  here = await prepareEnvironment(service);
  home = `/environments/${here.id}`;
});
afterAll(async () => await service.close());

test("every route of the management API is in the document, and nothing else is", async () => {
  const registered = new Set<string>();
  const app = createApp(service.parts, registered, { logger: false });
  managementArea(app, service.parts, { capabilities: async () => [] });
  await app.ready();
  await app.close();
  const routes = [...registered].filter((route) => route.includes(" /sallyport/v1/"));
  const documented = Object.keys(MANAGEMENT_OPERATIONS).map((name) =>
    name.replace(" ", " /sallyport/v1").replace(/{\w+}/g, "*"),
  );
  expect(documented.sort()).toEqual(routes.sort());
});

test("the document is served without a credential, each operation under a name of its own", async () => {
  const answer = await fetch(`${service.url}/sallyport/v1/openapi.json`);
  const document = (await answer.json()) as Json;
  expect(document).toEqual(JSON.parse(JSON.stringify(openApiDocument(service.url))));
  expect(document.servers).toEqual([{ url: `${service.url}/sallyport/v1` }]);
  const operations = Object.values<Record<string, Json>>(document.paths).flatMap(Object.values);
  expect(operations).toHaveLength(Object.keys(MANAGEMENT_OPERATIONS).length);
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  const key = document.paths["/environments/{env}/api_keys"].post;
  expect(key.requestBody).toMatchObject({
    required: true,
    content: { "application/json": { schema: { type: "object", required: ["name"] } } },
  });
  expect(key.parameters).toEqual([{ name: "env", in: "path", required: true, schema: { type: "string" } }]);
});

/** A body in which everything that the schema knows has the wrong type. */
function allWrong(schema: z.ZodType): object {
  const { shape } = schema as unknown as { shape: Record<string, z.ZodType> };
  const wrong = [7, "", [], true].map((value) => ({ value }));
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [
      name,
      wrong.find(({ value }) => !field.safeParse(value).success)?.value,
    ]),
  );
}

function refusalBy(schema: z.ZodType, body: unknown): unknown {
  try {
    parse(schema, body);
    return null;
  } catch (error) {
    return error instanceof WireError ? error.body : error;
  }
}

test("every body in the document is read by the very schema that it shows", async () => {
  const directory = await service.manage("POST", `${home}/directories`, {
    organization_id: here.organizationId,
    name: "Staff",
  });
  const readBodies = Object.entries(MANAGEMENT_OPERATIONS).filter(([, { body }]) => body);
  expect(readBodies.length).toBeGreaterThan(25);
  for (const [name, { body }] of readBodies) {
    if (!body) continue;
    const [method = "", path = ""] = name.split(" ");
    const address = path
      .replace("{env}", here.id)
      .replace("{id}", directory.body.id ?? "")
      .replace(/{\w+}/g, "something");
    const wrong = allWrong(body);
    const answer = await service.manage<unknown>(method, address, wrong);
    const refusal = refusalBy(body, wrong);
    expect(refusal).not.toBeNull();
    expect({ name, status: answer.status, body: answer.body }).toEqual({ name, status: 422, body: refusal });
  }
});

test("answers are as the document says", async () => {
  const seen: string[] = [];
  const call = async (name: string, ids: Record<string, string> = {}, body?: unknown): Promise<Json> => {
    const [method = "", path = ""] = name.split(" ");
    const known: Record<string, string> = { env: here.id, ...ids };
    const address = path.replace(/{(\w+)}/g, (_all, key: string) => known[key] ?? "");
    const answer = await service.manage<Json>(method, address, body);
    const expected = MANAGEMENT_OPERATIONS[name]?.answer;
    const shown = expected?.list ? answer.body?.data?.[0]?.object : (answer.body?.object ?? null);
    expect({ name, status: answer.status, object: shown }).toEqual({
      name,
      status: expected?.status,
      object: expected?.object,
    });
    seen.push(name);
    return answer.body;
  };
  await call("GET /capabilities");
  await call("GET /environments");
  await call("GET /environments/{env}");
  await call("PATCH /environments/{env}", {}, { name: "Renamed" });
  const key = await call("POST /environments/{env}/api_keys", {}, { name: "another" });
  await call("GET /environments/{env}/api_keys");
  await call("POST /environments/{env}/api_keys/{id}/expire", key);
  await call("DELETE /environments/{env}/api_keys/{id}", key);
  const uri = await call("POST /environments/{env}/redirect_uris", {}, { uri: "http://localhost:9/x" });
  await call("GET /environments/{env}/redirect_uris");
  await call("PATCH /environments/{env}/redirect_uris/{id}", uri, { default: true });
  const origin = await call("POST /environments/{env}/cors_origins", {}, { origin: "https://app.example" });
  await call("GET /environments/{env}/cors_origins");
  await call("DELETE /environments/{env}/cors_origins/{id}", origin);
  await call("POST /environments/{env}/signing_keys/rotate", {}, {});
  await call("GET /environments/{env}/signing_keys");
  const flag = await call("POST /environments/{env}/feature_flags", {}, { slug: "beta", name: "Beta" });
  const target = { slug: "beta", resourceId: here.organizationId };
  await call("GET /environments/{env}/feature_flags");
  await call("GET /environments/{env}/feature_flags/{slug}", flag);
  await call("PATCH /environments/{env}/feature_flags/{slug}", flag, { name: "Gamma" });
  await call("POST /environments/{env}/feature_flags/{slug}/targets/{resourceId}", target);
  await call("DELETE /environments/{env}/feature_flags/{slug}/targets/{resourceId}", target);
  await call("DELETE /environments/{env}/feature_flags/{slug}", flag);
  const connection = await call(
    "POST /environments/{env}/connections",
    {},
    {
      connection_type: "OktaSAML",
      name: "Okta",
    },
  );
  await call("GET /environments/{env}/connections");
  await call("GET /environments/{env}/connections/{id}", connection);
  await call("PATCH /environments/{env}/connections/{id}", connection, { name: "Okta 2" });
  await call("DELETE /environments/{env}/connections/{id}", connection);
  const directory = await call(
    "POST /environments/{env}/directories",
    {},
    {
      organization_id: here.organizationId,
      name: "Okta",
    },
  );
  await call("GET /environments/{env}/directories");
  await call("GET /environments/{env}/directories/{id}", directory);
  await call("PATCH /environments/{env}/directories/{id}", directory, { name: "Okta 2" });
  await call("POST /environments/{env}/directories/{id}/tokens", directory);
  const token = await call("POST /environments/{env}/directories/{id}/tokens/rotate", directory, {});
  await call("DELETE /environments/{env}/directories/{id}/tokens/{token}", {
    id: directory.id,
    token: token.id,
  });
  await call("DELETE /environments/{env}/directories/{id}", directory);
  for (const kind of ["organizations", "connections", "users", "memberships"])
    await call(`POST /environments/{env}/imports/${kind}`, {}, { data: [{}] });
  const credential = await call("POST /management_tokens", {}, { name: "a script" });
  await call("GET /management_tokens");
  await call("DELETE /management_tokens/{id}", credential);
  await call("POST /clock/accept");
  await call("POST /environments", {}, { name: "Short-lived", kind: "staging" });
  await call("DELETE /environments/{env}");
  expect(new Set(seen).size).toBe(46);
});
