import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

const WORKSPACES = 20;
const PROJECTS = 600; // in each workspace

let service: RunningIdentityService;
let here: TestEnvironment;
let admin: pg.Client;
let who: string;
let lowest: string;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl);
  here = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await call("POST", "/authorization/permissions", { slug: "project:read", name: "Read" });
  for (const [slug, type] of [
    ["workspace-reader", "workspace"],
    ["project-reader", "project"],
  ]) {
    await call("POST", "/authorization/roles", { slug, name: slug, resource_type_slug: type });
    await call("PUT", `/authorization/roles/${slug}/permissions`, { permissions: ["project:read"] });
  }
  const user = await call("POST", "/user_management/users", { email: "reader@example.com" });
  const wanted = { user_id: user.body.id, organization_id: here.organizationId };
  who = (await call("POST", "/user_management/organization_memberships", wanted)).body.id;
  lowest = await makeResource("app", "deep", await makeLine());
  await admin.query(FILL, [here.id, here.organizationId, WORKSPACES, PROJECTS]);
  await admin.query(ASSIGN, [here.id, await crowd(2_000)]);
  await admin.query("ANALYZE");
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

const call = (method: string, path: string, body?: unknown) => callWire(service, here, method, path, body);
const member = "/authorization/organization_memberships";

const FILL = `
  WITH root AS (SELECT id FROM identity.resources WHERE organization_id = $2 AND parent_id IS NULL),
  workspaces AS (
    INSERT INTO identity.resources (id, environment_id, organization_id, parent_id, resource_type_slug, external_id, name)
    SELECT 'authz_resource_w' || lpad(n::text, 6, '0'), $1, $2, root.id, 'workspace', 'w' || n, 'W'
    FROM root, generate_series(1, $3) AS n RETURNING id, external_id)
  INSERT INTO identity.resources (id, environment_id, organization_id, parent_id, resource_type_slug, external_id, name)
  SELECT 'authz_resource_p' || workspaces.external_id || '-' || lpad(n::text, 6, '0'), $1, $2, workspaces.id, 'project',
    workspaces.external_id || '-' || n, 'P'
  FROM workspaces, generate_series(1, $4) AS n`;

/** Everyone of the crowd reads every seventh project; that is what a check must not have to look through. */
const ASSIGN = `
  INSERT INTO identity.role_assignments (id, environment_id, membership_id, role_id, resource_id)
  SELECT 'role_assignment_' || row_number() OVER (), $1, person, role.id, resource.id
  FROM unnest($2::text[]) WITH ORDINALITY AS crowd(person, n)
  JOIN identity.roles AS role ON role.environment_id = $1 AND role.slug = 'project-reader'
  JOIN identity.resources AS resource ON resource.environment_id = $1 AND resource.resource_type_slug = 'project'
    AND (resource.external_id LIKE 'w1-%' AND n % 7 = 0)`;

async function crowd(size: number): Promise<string[]> {
  await admin.query(
    `INSERT INTO identity.users (id, environment_id, email, email_key)
     SELECT 'user_' || n, $1, n || '@example.com', n || '@example.com' FROM generate_series(1, $2::int) AS n`,
    [here.id, size],
  );
  const { rows } = await admin.query(
    `INSERT INTO identity.organization_memberships (id, environment_id, user_id, organization_id, status, role_slugs)
     SELECT 'om_' || n, $1, 'user_' || n, $3, 'active', '{member}' FROM generate_series(1, $2::int) AS n RETURNING id`,
    [here.id, size, here.organizationId],
  );
  return rows.map(({ id }) => id);
}

async function makeResource(type: string, externalId: string, parent: string | null): Promise<string> {
  const { body } = await call("POST", "/authorization/resources", {
    organization_id: here.organizationId,
    resource_type_slug: type,
    external_id: externalId,
    name: externalId,
    parent_resource_id: parent,
  });
  return body.id;
}

/** Nine resources one beneath the other; on the highest the member has a role. */
async function makeLine(): Promise<string> {
  let at = await makeResource("workspace", "top", null);
  await call("POST", `${member}/${who}/role_assignments`, {
    role_slug: "workspace-reader",
    resource_id: at,
  });
  for (let level = 2; level <= 9; level += 1) at = await makeResource("folder", `level-${level}`, at);
  return at;
}

async function allOf(path: string, limit = 100): Promise<string[]> {
  const found: string[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const { body } = await call("GET", `${path}&limit=${limit}${after ? `&after=${after}` : ""}`);
    found.push(...body.data.map(({ id }: { id: string }) => id));
    after = body.list_metadata.after;
  }
  return found;
}

test("among 12,000 resources each is listed once, in pages", async () => {
  const found = await allOf(`/authorization/resources?organization_id=${here.organizationId}`);
  expect(found).toHaveLength(WORKSPACES * PROJECTS + WORKSPACES + 10 + 1);
  expect(new Set(found).size).toBe(found.length);
});

test("a check looks at the line upwards only, whatever else there is and whoever else has access", async () => {
  const question = { permission_slug: "project:read", resource_id: lowest };
  expect((await call("POST", `${member}/${who}/check`, question)).body).toEqual({ authorized: true });
  const [reader, nobody] = ["om_7", "om_8"];
  const crowded = {
    permission_slug: "project:read",
    resource_external_id: "w1-1",
    resource_type_slug: "project",
  };
  expect((await call("POST", `${member}/${reader}/check`, crowded)).body).toEqual({ authorized: true });
  expect((await call("POST", `${member}/${nobody}/check`, crowded)).body).toEqual({ authorized: false });
  expect((await call("POST", `${member}/${who}/check`, crowded)).body).toEqual({ authorized: false });
});

test("what a member may read is what checks say, in a workspace of 600", async () => {
  const { body: workspace } = await call(
    "GET",
    `/authorization/organizations/${here.organizationId}/resources/workspace/w2`,
  );
  for (const n of [3, 77, 600])
    await call("POST", `${member}/${who}/role_assignments`, {
      role_slug: "project-reader",
      resource_external_id: `w2-${n}`,
      resource_type_slug: "project",
    });
  const beneath = `${member}/${who}/resources?permission_slug=project:read&parent_resource_id=${workspace.id}`;
  const found = await allOf(beneath, 2);
  expect(found.sort()).toEqual(
    ["3", "77", "600"].map((n) => `authz_resource_pw2-${n.padStart(6, "0")}`).sort(),
  );
  const { body: given } = await call("POST", `${member}/${who}/role_assignments`, {
    role_slug: "workspace-reader",
    resource_id: workspace.id,
  });
  expect(await allOf(beneath)).toHaveLength(PROJECTS);
  await call("DELETE", `${member}/${who}/role_assignments/${given.id}`);
  expect(await allOf(beneath)).toHaveLength(3);
});

test("everyone with access to a crowded project is listed once, in pages", async () => {
  const path = `/authorization/organizations/${here.organizationId}/resources/project/w1-1/organization_memberships`;
  for (const assignment of ["direct", "indirect"]) {
    const found = await allOf(`${path}?permission_slug=project:read&assignment=${assignment}`);
    expect([found.length, new Set(found).size]).toEqual([285, 285]);
  }
});

test("a workspace goes with all its projects and everybody's roles on them", async () => {
  const { organizationId } = here;
  const path = `/authorization/organizations/${organizationId}/resources/workspace/w1`;
  expect((await call("DELETE", path)).status).toBe(409);
  expect((await call("DELETE", `${path}?cascade_delete=true`)).status).toBe(204);
  const { rows } = await admin.query(
    "SELECT count(*)::int AS left FROM identity.role_assignments WHERE membership_id = 'om_7'",
  );
  expect(rows).toEqual([{ left: 0 }]);
});
