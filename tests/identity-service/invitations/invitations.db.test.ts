import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { tokenContext } from "#lib/identity-service/invitations/invitation.ts";
import { createSealer } from "#lib/identity-service/keys/seal.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire, eventsOf, sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  SEALING_KEY,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";

let service: RunningIdentityService;
let here: TestEnvironment;
let elsewhere: TestEnvironment;
let admin: pg.Client;
let later = 0;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { clock: () => new Date(Date.now() + later) });
  here = await prepareEnvironment(service);
  elsewhere = await prepareEnvironment(service);
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await service.close();
  await admin.end();
});
beforeEach(() => {
  later = 0;
});

const sdk = () => sdkFor(service, here).userManagement;
const call = (method: string, path: string, body?: unknown, site = here) =>
  callWire(service, site, method, `/user_management${path}`, body);
const invite = (wanted: object, site = here) => call("POST", "/invitations", wanted, site);

let made = 0;
const newAddress = () => {
  made += 1;
  return `guest${made}@example.com`;
};

test("the official SDK invites, finds, sends again and revokes", async () => {
  const email = newAddress();
  const inviter = await sdk().createUser({ email: newAddress(), firstName: "Ada", lastName: "L" });
  const sent = await sdk().sendInvitation({
    email,
    organizationId: here.organizationId,
    inviterUserId: inviter.id,
    roleSlug: "admin",
    expiresInDays: 3,
  });
  expect(sent).toMatchObject({
    email,
    state: "pending",
    acceptedAt: null,
    revokedAt: null,
    acceptedUserId: null,
    organizationId: here.organizationId,
    inviterUserId: inviter.id,
    roleSlug: "admin",
  });
  expect(Math.round((Date.parse(sent.expiresAt) - Date.parse(sent.createdAt)) / DAY_MS)).toBe(3);
  expect(new URL(sent.acceptInvitationUrl).searchParams.get("invitation_token")).toBe(sent.token);
  expect(await sdk().getInvitation(sent.id)).toEqual(sent);
  expect(await sdk().findInvitationByToken(sent.token)).toEqual(sent);
  expect((await sdk().listInvitations({ email: email.toUpperCase() })).data).toEqual([sent]);
  expect(await sdk().resendInvitation(sent.id)).toEqual(sent);
  const messages = await messagesTo(admin, here.id, email);
  expect(messages).toHaveLength(2);
  expect(messages[0]?.subject).toBe(`Ada L (${inviter.email}) invites you to Example`);
  for (const { text } of messages) expect(text).toContain(`\n${sent.acceptInvitationUrl}\n`);
  expect(await sdk().revokeInvitation(sent.id)).toMatchObject({ state: "revoked", acceptedAt: null });

  for (const [what, state] of [
    ["created", "pending"],
    ["resent", "pending"],
    ["revoked", "revoked"],
  ] as const) {
    const [event] = await eventsOf(admin, here.id, `invitation.${what}`);
    expect(event).toMatchObject({ object: "invitation", id: sent.id, state, accepted_user_id: null });
    expect(Object.keys(event ?? {}).sort()).toEqual(
      "accepted_at accepted_user_id created_at email expires_at id inviter_user_id object organization_id revoked_at role_slug state updated_at".split(
        " ",
      ),
    );
  }
});

test("accepting makes the user with this address a member with the role that was promised", async () => {
  const email = newAddress();
  const { body } = await invite({ email, organization_id: here.organizationId, role_slug: "admin" });
  expect(await call("POST", `/invitations/${body.id}/accept`)).toMatchObject({
    status: 400,
    body: { code: "invalid_invite" },
  });
  const user = await sdk().createUser({ email: email.toUpperCase() });
  expect(await call("POST", `/invitations/${body.id}/accept`)).toMatchObject({
    status: 200,
    body: { state: "accepted", accepted_user_id: user.id, accepted_at: expect.any(String) },
  });
  const { data } = await sdk().listOrganizationMemberships({ userId: user.id });
  expect(data).toMatchObject([{ status: "active", role: { slug: "admin" } }]);
  expect(await eventsOf(admin, here.id, "invitation.accepted")).toMatchObject([
    { id: body.id, state: "accepted", accepted_user_id: user.id },
  ]);
});

test("accepting brings back who was shut out, and lets in who was waiting", async () => {
  for (const status of ["inactive", "pending"]) {
    const user = await sdk().createUser({ email: newAddress() });
    const { body: member } = await call("POST", "/organization_memberships", {
      user_id: user.id,
      organization_id: here.organizationId,
    });
    await admin.query("UPDATE identity.organization_memberships SET status = $2 WHERE id = $1", [
      member.id,
      status,
    ]);
    const { body } = await invite({ email: user.email, organization_id: here.organizationId });
    expect((await call("POST", `/invitations/${body.id}/accept`)).status).toBe(200);
    expect((await call("GET", `/organization_memberships/${member.id}`)).body).toMatchObject({
      status: "active",
      role: { slug: "member" },
    });
  }
});

test("whoever was promised a role that is gone becomes a plain member", async () => {
  const roles = `/authorization/organizations/${here.organizationId}/roles`;
  const { body: role } = await callWire(service, here, "POST", roles, { name: "Passing" });
  const user = await sdk().createUser({ email: newAddress() });
  const { body } = await invite({
    email: user.email,
    organization_id: here.organizationId,
    role_slug: role.slug,
  });
  await callWire(service, here, "DELETE", `${roles}/${role.slug}`);
  await call("POST", `/invitations/${body.id}/accept`);
  const { data } = await sdk().listOrganizationMemberships({ userId: user.id });
  expect(data).toMatchObject([{ status: "active", role: { slug: "member" } }]);
});

test.each<[string, () => Promise<object> | object, number, string]>([
  ["for less than a day", () => ({ expires_in_days: 0 }), 400, "expires_in_days_too_short"],
  ["for more than 30 days", () => ({ expires_in_days: 31 }), 400, "expires_in_days_too_long"],
  ["for half a day", () => ({ expires_in_days: 0.5 }), 422, "invalid_request_parameters"],
  [
    "with a role nobody made",
    () => ({ organization_id: here.organizationId, role_slug: "nope" }),
    400,
    "invalid_role",
  ],
  ["with a role in no organization", () => ({ role_slug: "admin" }), 422, "invalid_request_parameters"],
  ["to an organization nobody made", () => ({ organization_id: "org_x" }), 404, "entity_not_found"],
  [
    "to an organization of another environment",
    () => ({ organization_id: elsewhere.organizationId }),
    404,
    "entity_not_found",
  ],
  ["in the name of nobody", () => ({ inviter_user_id: "user_x" }), 404, "entity_not_found"],
  ["to what is no address", () => ({ email: "nowhere" }), 422, "invalid_request_parameters"],
  ["in no language", () => ({ locale: "?" }), 422, "invalid_request_parameters"],
  [
    "of somebody who is a user already",
    async () => ({ email: (await sdk().createUser({ email: newAddress() })).email }),
    400,
    "user_already_exists",
  ],
  [
    "of somebody who is a member already",
    async () => {
      const { id, email } = await sdk().createUser({ email: newAddress() });
      await sdk().createOrganizationMembership({ userId: id, organizationId: here.organizationId });
      return { email, organization_id: here.organizationId };
    },
    400,
    "user_already_organization_member",
  ],
  [
    "of somebody who is invited already",
    async () => ({ email: (await invite({ email: newAddress() })).body.email }),
    400,
    "email_already_invited",
  ],
  [
    "of somebody who is invited to the organization already",
    async () => {
      const wanted = { email: newAddress(), organization_id: here.organizationId };
      await invite(wanted);
      return { ...wanted, email: wanted.email.toUpperCase() };
    },
    400,
    "email_already_invited_to_organization",
  ],
])("refuses an invitation %s", async (_what, wanted, status, code) => {
  expect(await invite({ email: newAddress(), ...(await wanted()) })).toMatchObject({
    status,
    body: { code },
  });
});

test("two requests that invite one person send one invitation", async () => {
  const wanted = { email: newAddress(), organization_id: here.organizationId };
  const answers = await Promise.all(Array.from({ length: 5 }, () => invite(wanted)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(await messagesTo(admin, here.id, wanted.email)).toHaveLength(1);
});

test.each(["accepted", "revoked", "expired"])("an invitation that is %s stays so", async (state) => {
  const email = newAddress();
  const { body } = await invite({ email });
  await sdk().createUser({ email });
  const at = `/invitations/${body.id}`;
  if (state === "accepted") await call("POST", `${at}/accept`);
  if (state === "revoked") await call("POST", `${at}/revoke`);
  if (state === "expired") later = 8 * DAY_MS;
  expect((await call("GET", at)).body.state).toBe(state);
  for (const what of ["accept", "revoke"])
    expect(await call("POST", `${at}/${what}`)).toMatchObject({
      status: 400,
      body: { code: "invite_not_pending" },
    });
  expect(await call("POST", `${at}/resend`)).toMatchObject({
    status: 400,
    body: { code: `invite_${state}` },
  });
});

test("after an invitation has ended the person may be invited again", async () => {
  const wanted = { email: newAddress(), organization_id: here.organizationId };
  const { body } = await invite(wanted);
  await call("POST", `/invitations/${body.id}/revoke`);
  expect((await invite(wanted)).status).toBe(201);
  later = 8 * DAY_MS;
  expect((await invite(wanted)).status).toBe(201);
});

test("an invitation is sent again three times a minute at most", async () => {
  const { body } = await invite({ email: newAddress() });
  const answers = [];
  for (let times = 0; times < 4; times += 1)
    answers.push((await call("POST", `/invitations/${body.id}/resend`)).status);
  expect(answers).toEqual([200, 200, 200, 429]);
});

test("the link leads to the application's own page where it names one", async () => {
  const settings = (invitation_url: string | null) =>
    service.manage("PATCH", `/environments/${here.id}`, { settings: { pages: { invitation_url } } });
  await settings("https://app.example.com/join");
  const { body } = await invite({ email: newAddress() });
  expect(body.accept_invitation_url).toBe(`https://app.example.com/join?invitation_token=${body.token}`);
  await settings(null);
});

test("invitations of another environment are not found", async () => {
  const { body } = await invite({ email: newAddress() });
  for (const [method, path] of [
    ["GET", `/invitations/${body.id}`],
    ["GET", `/invitations/by_token/${body.token}`],
    ["POST", `/invitations/${body.id}/accept`],
    ["POST", `/invitations/${body.id}/revoke`],
    ["POST", `/invitations/${body.id}/resend`],
  ] as const)
    expect((await call(method, path, undefined, elsewhere)).status).toBe(404);
  expect((await call("GET", `/invitations?email=${body.email}`, undefined, elsewhere)).body.data).toEqual([]);
});

test("tokens are kept nowhere in the clear", async () => {
  const { body } = await invite({ email: newAddress() });
  for (const table of ["invitations", "messages", "events", "idempotent_answers"]) {
    const { rows } = await admin.query(`SELECT t::text AS row FROM identity.${table} AS t`);
    expect(rows.some(({ row }) => row.includes(body.token))).toBe(false);
  }
});

test("10,000 invitations are read page by page, each once, with their own tokens", async () => {
  const site = await prepareEnvironment(service);
  const sealer = createSealer(SEALING_KEY);
  const ids = Array.from({ length: 10_000 }, (_, i) => `invitation_${String(i).padStart(26, "0")}`);
  await admin.query(
    `INSERT INTO identity.invitations (id, environment_id, email, email_key, organization_id, token_hash, token_sealed, expires_at)
     SELECT id, $1, id || '@example.com', id || '@example.com', $2, id, token, now() + interval '1 day'
     FROM unnest($3::text[], $4::text[]) AS made(id, token)`,
    [site.id, site.organizationId, ids, ids.map((id) => sealer.seal(`token of ${id}`, tokenContext(id)))],
  );
  const seen: string[] = [];
  for (let after: string | null = ""; after !== null; ) {
    const cursor: string = after === "" ? "" : `&after=${after}`;
    const path: string = `/invitations?organization_id=${site.organizationId}&limit=100&order=asc${cursor}`;
    const { body } = await call("GET", path, undefined, site);
    for (const { id, token } of body.data) {
      expect(token).toBe(`token of ${id}`);
      seen.push(id);
    }
    after = body.list_metadata.after;
  }
  expect(seen).toEqual(ids);
});
