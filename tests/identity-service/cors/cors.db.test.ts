import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  await register(ORIGIN);
});
afterAll(() => service.close());

const ORIGIN = "https://app.example.com";
const register = (origin: unknown, site = here) =>
  callWire(service, site, "POST", "/user_management/cors_origins", { origin });

const jwks = (site: TestEnvironment, origin?: string) =>
  fetch(`${service.url}/sso/jwks/${site.clientId}`, origin ? { headers: { origin } } : {});
const preflight = (path: string, origin: string) =>
  fetch(`${service.url}${path}`, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type",
    },
  });

test("an origin is registered, and listed for its environment only", async () => {
  const { status, body: made } = await register("http://localhost:5173");
  expect(status).toBe(201);
  expect(made).toEqual({
    object: "cors_origin",
    id: expect.stringMatching(/^cors_origin_/),
    origin: "http://localhost:5173",
    created_at: expect.any(String),
    updated_at: expect.any(String),
  });
  const list = (site: TestEnvironment) => callWire(service, site, "GET", "/user_management/cors_origins");
  expect((await list(here)).body.data.map(({ id }: { id: string }) => id)).toContain(made.id);
  expect((await list(elsewhere)).body.data).toEqual([]);
});

test("an origin that is registered is refused a second time, however it is spelled", async () => {
  expect(await register("HTTPS://APP.example.com:443/")).toMatchObject({
    status: 409,
    body: { code: "cors_origin_already_exists" },
  });
  expect((await register(ORIGIN, elsewhere)).status).toBe(201);
  const { body } = await service.manage<{ data: { id: string }[] }>(
    "GET",
    `/environments/${elsewhere.id}/cors_origins`,
  );
  const at = `/environments/${elsewhere.id}/cors_origins/${body.data[0]?.id}`;
  expect((await service.manage("DELETE", `${at.replace(elsewhere.id, here.id)}`)).status).toBe(404);
  expect((await service.manage("DELETE", at)).status).toBe(204);
});

test.each([
  "*",
  "null",
  "app.example.com",
  "https://*.example.com",
  "https://app.example.com/path",
  "https://app.example.com?x",
  "https://user@app.example.com",
  "javascript:alert(1)",
  "file:///",
  7,
])("refuses %s as an origin", async (origin) => {
  expect(await register(origin)).toMatchObject({
    status: 422,
    body: { code: "invalid_request_parameters" },
  });
});

test("a production environment takes no origin that could be anybody's on the way", async () => {
  const { body } = await service.manage("POST", "/environments", { name: "Real", kind: "production" });
  const put = (origin: string) => service.manage("POST", `/environments/${body.id}/cors_origins`, { origin });
  expect((await put("http://app.example.com")).status).toBe(422);
  expect((await put("http://127.0.0.1:5173")).status).toBe(201);
  expect((await put("https://app.example.com")).status).toBe(201);
});

test("a page of a registered origin may read the answer, with credentials, and no other page may", async () => {
  const answer = await jwks(here, ORIGIN);
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-credentials": "true",
    vary: "Origin",
  });
  for (const other of ["https://evil.example.com", "https://app.example.com.evil.com", "null"])
    expect((await jwks(here, other)).headers.get("access-control-allow-origin")).toBeNull();
  expect((await jwks(elsewhere, ORIGIN)).headers.get("access-control-allow-origin")).toBeNull();
  expect((await jwks(here)).headers.get("access-control-allow-origin")).toBeNull();
});

test("before it posts JSON a browser is told that it may, from registered origins only", async () => {
  const allowed = await preflight("/user_management/authenticate", ORIGIN);
  expect(allowed.status).toBe(204);
  expect(Object.fromEntries(allowed.headers)).toMatchObject({
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "Content-Type",
  });
  const refused = await preflight("/user_management/authenticate", "https://evil.example.com");
  expect(refused.headers.get("access-control-allow-origin")).toBeNull();
  expect(refused.headers.get("vary")).toContain("Origin");
});

test("what needs an API key is for no browser", async () => {
  const answer = await fetch(`${service.url}/user_management/users`, {
    headers: { origin: ORIGIN, authorization: `Bearer ${here.apiKey}` },
  });
  expect(answer.status).toBe(200);
  expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  expect((await preflight("/user_management/users", ORIGIN)).status).toBe(404);
});
