import { createPublicKey, verify } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "#lib/identity-service/db.ts";
import { sweepOnce } from "#lib/identity-service/sweeper.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";
import { idpSettings, startSamlIdp } from "#tests/support/saml-idp.ts";

interface Inspection {
  findings: { code: string; message: string }[];
}
let service: RunningIdentityService;
let database: Awaited<ReturnType<typeof testDatabase>>;

beforeAll(async () => {
  database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
});
afterAll(() => service.close());

async function post(path: string, body: unknown, headers: Record<string, string>) {
  const answer = await fetch(`${service.url}/sallyport/v1${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${service.managementToken}`,
      "content-type": "application/json",
      ...headers,
    },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

test("the service proves with the console's nonce that it is the host whose key is known", async () => {
  const ask = async (nonce: string) => {
    const answer = await fetch(`${service.url}/sallyport/v1/service?nonce=${nonce}`);
    return (await answer.json()) as { public_key: string; signature: string; base_url: string };
  };
  const [one, two] = [await ask("a".repeat(32)), await ask("b".repeat(32))];
  expect(one.public_key).toBe(two.public_key);
  const signed = Buffer.from(`sallyport-service\n${"a".repeat(32)}\n${one.base_url}`);
  const key = createPublicKey(one.public_key);
  expect(verify(null, signed, key, Buffer.from(one.signature, "base64url"))).toBe(true);
  expect(verify(null, signed, key, Buffer.from(two.signature, "base64url"))).toBe(false);
});

test("nothing is managed without a management token; an API key is none, and a token taken away is none", async () => {
  const environment = await prepareEnvironment(service);
  const list = (token: string) =>
    fetch(`${service.url}/sallyport/v1/environments`, { headers: { authorization: `Bearer ${token}` } });
  expect((await list("wrong")).status).toBe(401);
  expect((await list(environment.apiKey)).status).toBe(401);
  const { body: made } = await service.manage("POST", "/management_tokens", { name: "second console" });
  expect((await list(made.value ?? "")).status).toBe(200);
  await service.manage("DELETE", `/management_tokens/${made.id}`);
  expect((await list(made.value ?? "")).status).toBe(401);
});

test("a credential reaches the environments it was made for, reads if it may only read, and ends when it expires", async () => {
  const { body: mine } = await service.manage("POST", "/environments", { name: "Mine", kind: "staging" });
  const { body: other } = await service.manage("POST", "/environments", { name: "Other", kind: "staging" });
  const asked = (value: string | undefined) => async (method: string, path: string) => {
    const headers = { authorization: `Bearer ${value}`, "content-type": "application/json" };
    const body = method === "GET" ? null : JSON.stringify({ name: "Renamed" });
    return (await fetch(`${service.url}/sallyport/v1${path}`, { method, headers, body })).status;
  };
  const create = async (more: object) =>
    (await service.manage("POST", "/management_tokens", { name: "script", ...more })).body.value;
  const scoped = asked(await create({ environments: [mine.id] }));
  expect(await scoped("PATCH", `/environments/${mine.id}`)).toBe(200);
  expect(await scoped("GET", `/environments/${other.id}`)).toBe(404);
  expect(await scoped("GET", `/environments/${other.id}/connections`)).toBe(404);
  expect(await scoped("GET", "/environments")).toBe(403);
  expect(await scoped("POST", "/management_tokens")).toBe(403);
  const reader = asked(await create({ access: "read" }));
  expect(await reader("GET", `/environments/${mine.id}`)).toBe(200);
  expect(await reader("PATCH", `/environments/${mine.id}`)).toBe(403);
  expect(
    (await service.manage("POST", "/management_tokens", { name: "late", expires_at: "2020-01-01T00:00:00Z" }))
      .status,
  ).toBe(422);
  const brief = await create({ expires_at: new Date(Date.now() + 1_000).toISOString() });
  await expect.poll(() => asked(brief)("GET", "/environments"), { timeout: 20_000 }).toBe(401);
});

test("an environment is made, read, changed, listed and removed", async () => {
  const { status, body } = await service.manage("POST", "/environments", {
    name: "Site",
    kind: "production",
  });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    object: "environment",
    kind: "production",
    issuer: service.url,
    base_url: service.url,
  });
  const path = `/environments/${body.id}`;
  expect(
    (await service.manage("PATCH", path, { name: "Harbour", issuer: "https://id.example" })).body,
  ).toMatchObject({
    name: "Harbour",
    issuer: "https://id.example",
  });
  expect((await service.manage("DELETE", path)).status).toBe(204);
  expect((await service.manage("GET", path)).status).toBe(404);
  expect((await service.manage("GET", "/environments/*")).status).toBe(404);
});

test("a create that is repeated with its Idempotency-Key gives the same key, and the database has it nowhere in the clear", async () => {
  const environment = await prepareEnvironment(service);
  const path = `/environments/${environment.id}/api_keys`;
  const send = () => post(path, { name: "repeated" }, { "idempotency-key": "create-key-1" });
  const [one, two] = [await send(), await send()];
  expect(one.body.value).toMatch(/^sk_test_/);
  expect(two.body).toEqual(one.body);
  expect(
    (await service.manage<{ data: { name: string }[] }>("GET", path)).body.data.filter(
      ({ name }) => name === "repeated",
    ),
  ).toHaveLength(1);
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const { rows } = await admin.query(
    "SELECT row_to_json(k)::text FROM identity.api_keys k UNION ALL SELECT row_to_json(a)::text FROM identity.idempotent_answers a",
  );
  await admin.end();
  expect(JSON.stringify(rows)).not.toContain(one.body.value);
});

test("a rotated key signs alone, and both are published", async () => {
  const environment = await prepareEnvironment(service);
  const jwks = async () => {
    const answer = await fetch(`${service.url}/sso/jwks/${environment.clientId}`);
    return ((await answer.json()) as { keys: { kid: string; x5c: string[] }[] }).keys;
  };
  const [before] = await jwks();
  expect(before).toMatchObject({ alg: "RS256", kty: "RSA", use: "sig" });
  await service.manage("POST", `/environments/${environment.id}/signing_keys/rotate`, {});
  const after = await jwks();
  expect(after).toHaveLength(2);
  expect(after[1]?.kid).toBe(before?.kid);
  await service.manage("POST", `/environments/${environment.id}/signing_keys/rotate`, {});
  expect((await jwks()).map(({ kid }) => kid)).not.toContain(before?.kid);
});

test("a connection is made from metadata by URL, activated only when complete, changed and removed", async () => {
  const idp = await startSamlIdp();
  const { id, organizationId } = await prepareEnvironment(service);
  const home = `/environments/${id}/connections`;
  const draft = { organization_id: organizationId, connection_type: "KeycloakSAML", name: "Keycloak" };
  const { body: empty } = await service.manage("POST", home, draft);
  const early = await service.manage("PATCH", `${home}/${empty.id}`, { state: "active" });
  expect([early.status, early.body.message]).toEqual([422, "The identity provider's entity id is missing."]);
  const made = await service.manage<{ id: string; certificates: object[]; saml: object; sp: object }>(
    "PATCH",
    `${home}/${empty.id}`,
    {
      saml: { metadata_url: idp.metadataUrl },
      state: "active",
    },
  );
  expect(made.body).toMatchObject({
    state: "active",
    saml: { idp_sso_url: idp.ssoUrl, idp_entity_id: idp.metadataUrl },
  });
  expect(made.body.certificates).toHaveLength(1);
  expect(
    (await service.manage("PATCH", `${home}/${empty.id}`, { saml: { idp_certificates: ["rubbish"] } }))
      .status,
  ).toBe(422);
  expect(
    (await service.manage("PATCH", `${home}/${empty.id}`, { oidc: { issuer: "https://x.example" } })).status,
  ).toBe(422);
  expect((await service.manage("DELETE", `${home}/${empty.id}`)).status).toBe(204);
  await idp.close();
});

test("a change that waits for metadata takes nothing back that was changed meanwhile", async () => {
  const { id } = await prepareEnvironment(service);
  const home = `/environments/${id}/connections`;
  const { certificate } = idpSettings();
  const { body: made } = await service.manage("POST", home, {
    connection_type: "GenericSAML",
    name: "Kept",
    saml: { idp_entity_id: "x", idp_sso_url: "https://x.example", allow_sha1: true },
  });
  const idp = await startSamlIdp();
  const metadata = await (await fetch(idp.metadataUrl)).text();
  const slow = await serve(async (answer) => {
    const saml = { allow_sha1: false, idp_certificates: [certificate] };
    await service.manage("PATCH", `${home}/${made.id}`, { saml });
    answer.end(metadata);
  });
  const changed = await service.manage<{ saml: object }>("PATCH", `${home}/${made.id}`, {
    saml: { metadata_url: slow.url },
  });
  expect(changed.body.saml).toMatchObject({ allow_sha1: false, metadata_url: slow.url });
  slow.close();
  await idp.close();
});

test("an answer without end is not read to its end, neither metadata nor an issuer's", async () => {
  let sentBytes = 0;
  const endless = await serve((answer) => {
    const more = () => {
      do sentBytes += 1 << 16;
      while (!answer.destroyed && answer.write(Buffer.alloc(1 << 16, 0x20)));
    };
    answer.setHeader("content-type", "application/json");
    answer.on("drain", more);
    more();
  });
  const { body } = await service.manage<Inspection>("POST", "/metadata/inspect", {
    metadata_url: endless.url,
  });
  expect(body.findings).toMatchObject([{ code: "too_large", message: "The document is larger than 2 MB." }]);
  const { id } = await prepareEnvironment(service);
  const home = `/environments/${id}/connections`;
  const oidc = { issuer: endless.url, client_id: "x" };
  const draft = { connection_type: "GenericOIDC", name: "Endless", oidc };
  const { body: made } = await service.manage("POST", home, draft);
  const { body: trial } = await service.manage("POST", `${home}/${made.id}/test_sign_ins`, {});
  expect(await (await fetch(trial.url ?? "")).text()).toContain("could not be asked");
  expect(sentBytes, "both answers, with what lies in buffers").toBeLessThan(50_000_000);
  endless.close();
});

test("metadata is not fetched from a link-local address, whatever name leads there", async () => {
  const { id } = await prepareEnvironment(service);
  for (const host of ["169.254.169.254", "[fe80::1]", "[::ffff:169.254.169.254]"]) {
    const metadata_url = `http://${host}/metadata`;
    const asked = await service.manage<Inspection>("POST", "/metadata/inspect", { metadata_url });
    expect(asked.body.findings).toMatchObject([{ code: "url_forbidden" }]);
    const draft = { connection_type: "GenericSAML", name: "Inside", saml: { metadata_url } };
    expect(await service.manage("POST", `/environments/${id}/connections`, draft)).toMatchObject({
      status: 400,
      body: { code: "metadata_unreachable", message: expect.stringContaining("link-local") },
    });
  }
});

test("a client secret does not follow an issuer that is changed", async () => {
  const { body: environment } = await service.manage("POST", "/environments", {
    name: "Moved",
    kind: "staging",
  });
  const home = `/environments/${environment.id}/connections`;
  const oidc = { issuer: "https://one.example", client_id: "us", client_secret: "kept" };
  const draft = { connection_type: "GenericOIDC", name: "Moved", oidc };
  const { body: made } = await service.manage("POST", home, draft);
  const moved = { oidc: { issuer: "https://two.example" } };
  expect(await service.manage("PATCH", `${home}/${made.id}`, moved)).toMatchObject({ status: 422 });
  const anew = { oidc: { ...moved.oidc, client_secret: "another" } };
  expect((await service.manage("PATCH", `${home}/${made.id}`, anew)).status).toBe(200);
  expect((await service.manage("PATCH", `${home}/${made.id}`, { oidc: { client_id: "they" } })).status).toBe(
    200,
  );
});

test("one environment's connection cannot be reached through another", async () => {
  const [one, two] = [await prepareEnvironment(service), await prepareEnvironment(service)];
  const { body: made } = await service.manage("POST", `/environments/${one.id}/connections`, {
    organization_id: one.organizationId,
    connection_type: "GenericSAML",
    name: "One's",
    saml: {
      idp_entity_id: "x",
      idp_sso_url: "https://x.example",
      idp_certificates: [idpSettings().certificate],
    },
  });
  for (const path of ["", "/traces"])
    expect(
      (await service.manage("GET", `/environments/${two.id}/connections/${made.id}${path}`)).status,
    ).toBe(404);
  const stolen = { organization_id: one.organizationId, connection_type: "GenericSAML", name: "Two's" };
  expect((await service.manage("POST", `/environments/${two.id}/connections`, stolen)).status).toBe(404);
});

test("PostgreSQL itself shows and accepts nothing of another environment", async () => {
  const [one, two] = [await prepareEnvironment(service), await prepareEnvironment(service)];
  const client = new pg.Client({ connectionString: database.identityUrl });
  await client.connect();
  const inside = async (environment: string, text: string) => {
    await client.query("BEGIN");
    await client.query("SELECT set_config('sallyport.environment', $1, true)", [environment]);
    return await client.query(text).finally(() => client.query("ROLLBACK"));
  };
  const { rows: tables } = await client.query<{ name: string }>(
    "SELECT c.relname AS name FROM pg_class c WHERE c.relnamespace = 'identity'::regnamespace AND c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)",
  );
  // Of no environment: the service's own, and what is counted by address before anybody knows whose it is.
  const ofNone = ["address_windows", "clock", "hosts", "management_tokens"];
  expect(tables.map(({ name }) => name).sort()).toEqual(ofNone);
  expect((await client.query("SELECT id FROM identity.organizations")).rows).toEqual([]);
  const { rows } = await inside(one.id, "SELECT id FROM identity.organizations");
  expect(rows).toEqual([{ id: one.organizationId }]);
  const taken = inside(one.id, `UPDATE identity.organizations SET environment_id = '${two.id}'`);
  await expect(taken).rejects.toThrow("row-level security");
  await client.end();
});

test("what has had its time is cleared away", async () => {
  const db = openDatabase(database.identityUrl, 1);
  await expect(sweepOnce(db)).resolves.toBeUndefined();
  await db.close();
});

test("health, readiness and metrics are answered", async () => {
  const single = await startIdentityService(database.identityUrl, { instances: 1 });
  const get = async (path: string) => (await fetch(`${single.url}${path}`)).status;
  expect([await get("/health"), await get("/ready")]).toEqual([200, 200]);
  const metrics = await (await fetch(`${single.url}/metrics`)).text();
  await single.close();
  expect(metrics).toContain(
    'sallyport_identity_request_seconds_count{method="GET",route="/ready",status="200"} 1',
  );
});

async function serve(respond: (answer: ServerResponse) => unknown) {
  const server = createServer((_request, answer) => void respond(answer));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/`, close };
}
