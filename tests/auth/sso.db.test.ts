import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { actorOf } from "#lib/access/actor.ts";
import { findActor } from "#lib/auth/sessions.ts";
import { addProvider, changeProvider, disableProvider } from "#lib/auth/sso/commands.ts";
import { redirectUri } from "#lib/auth/sso/provider.ts";
import { listOfferedProviders, listProviders } from "#lib/auth/sso/queries.ts";
import { AddProviderInput, ChangeProviderInput } from "#lib/auth/sso/schema.ts";
import { finishSso, startSso } from "#lib/auth/sso/sign-in.ts";
import { invitePerson } from "#lib/people/commands.ts";
import { InvitePersonInput } from "#lib/people/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { GRACE, type OidcIdp, startOidcIdp } from "#tests/support/oidc-provider.ts";

const HOME = { next: "/", invitation: null };
const VISITOR = { ip: null, userAgent: "A test" };
const SECRET = "a-secret-only-for-the-tests-of-sallyport";
const REFUSED = { kind: "unauthenticated", message: "This sign-in did not work." };

/** Who sits at the browser, as the provider knows them. Each test says who. */
const person = { ...GRACE, email_verified: true };
const allowed: string[] = [];
let idp: OidcIdp;
let service: RunningIdentityService;
let environment: TestEnvironment;
let connectionId: string;
/** The same person, through an issuer and through an environment. */
let issuer: string;
let site: string;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  idp = await startOidcIdp(allowed, person);
  service = await startIdentityService(identityUrl);
  environment = await prepareEnvironment(service);
  connectionId = await connect(environment.organizationId);
  const home = `/environments/${environment.id}`;
  await service.manage("POST", `${home}/redirect_uris`, { uri: redirectUri() });
  allowed.push(redirectUri());
  const client = { clientId: idp.clientId, clientSecret: idp.clientSecret };
  issuer = await provider({ kind: "oidc", name: "Contoso", issuer: idp.issuer, ...client });
  site = await environmentProvider(environment.organizationId);
});
beforeEach(() => {
  Object.assign(person, { ...someAccount(), email_verified: true });
});
afterAll(async () => {
  await Promise.all([idp.close(), service.close()]);
  await closeDatabase();
});

test("links an existing person by the address the issuer vouches for, then knows the account whatever its address", async () => {
  const id = await somebody(person.email);
  const { session, next } = await signIn(issuer, { next: "/people" });
  expect(next).toBe("/people");
  expect(await findActor(session.secret, VISITOR, new Date())).toMatchObject({ id });
  expect(await eventsOf(id)).toEqual(["person.link_sso", "session.sign_in"]);

  Object.assign(person, { email: "changed@example.com", email_verified: false });
  const again = await signIn(issuer);
  expect(await findActor(again.session.secret, VISITOR, new Date())).toMatchObject({ id });
  expect(await eventsOf(id)).toEqual(["person.link_sso", "session.sign_in", "session.sign_in"]);
});

test("lets an existing person in through an environment of the identity service", async () => {
  const id = await somebody(person.email);
  const first = await signIn(site);
  const second = await signIn(site);
  expect(await findActor(first.session.secret, VISITOR, new Date())).toMatchObject({ id });
  expect(await findActor(second.session.secret, VISITOR, new Date())).toMatchObject({ id });
  expect(await eventsOf(id)).toEqual(["person.link_sso", "session.sign_in", "session.sign_in"]);
});

test("lets somebody in through the one connection that was chosen", async () => {
  await somebody(person.email);
  expect((await signIn(await environmentProvider(connectionId))).next).toBe("/");
});

test("believes no profile that came through another organization of the environment", async () => {
  await somebody(person.email);
  const other = await environmentProvider("org_of_somebody_else");
  const { url, browser } = await startSso(other, HOME, VISITOR, new Date());
  url.searchParams.set("organization", environment.organizationId);
  await expect(finish(await follow(url), browser.secret)).rejects.toMatchObject(REFUSED);
});

test.each(["issuer", "environment"])("refuses whoever has no account here, through an %s", async (kind) => {
  await expect(signIn(kind === "issuer" ? issuer : site)).rejects.toMatchObject(REFUSED);
  expect(await lastRefusal()).toBe("sso_unknown_person");
});

test.each(["issuer", "environment"])(
  "refuses a suspended person, linked or not, through an %s",
  async (kind) => {
    const providerId = kind === "issuer" ? issuer : site;
    const id = await somebody(person.email);
    const suspend = (status: "active" | "suspended") =>
      asSystem("a test suspends", (tx) => tx.person.update({ where: { id }, data: { status } }));
    await suspend("suspended");
    await expect(signIn(providerId)).rejects.toMatchObject(REFUSED);
    await suspend("active");
    await signIn(providerId);
    await suspend("suspended");
    await expect(signIn(providerId)).rejects.toMatchObject(REFUSED);
    expect(await lastRefusal()).toBe("suspended");
  },
);

test.each([false, undefined])(
  "links nobody by an address of which the issuer says verified: %s",
  async (said) => {
    const id = await somebody(person.email);
    Object.assign(person, { email_verified: said });
    await expect(signIn(issuer)).rejects.toMatchObject(REFUSED);
    expect(await lastRefusal()).toBe("sso_email_not_verified");
    expect(await eventsOf(id)).toEqual([]);
  },
);

test("links no second account of a provider to a person: the address has changed hands", async () => {
  await somebody(person.email);
  await signIn(issuer);
  Object.assign(person, { sub: "a-successor" });
  await expect(signIn(issuer)).rejects.toMatchObject(REFUSED);
  expect(await lastRefusal()).toBe("sso_other_subject");
});

test.each(["issuer", "environment"])("takes an answer once, from an %s", async (kind) => {
  await somebody(person.email);
  const { url, browser } = await startSso(kind === "issuer" ? issuer : site, HOME, VISITOR, new Date());
  const answer = await follow(url);
  await finish(answer, browser.secret);
  await expect(finish(answer, browser.secret)).rejects.toMatchObject(REFUSED);
  expect(await lastRefusal()).toBe("sso_state");
});

test("takes no answer in a browser other than the one that began", async () => {
  await somebody(person.email);
  const [mine, theirs] = [
    await startSso(issuer, HOME, VISITOR, new Date()),
    await startSso(issuer, HOME, VISITOR, new Date()),
  ];
  await expect(finish(await follow(mine.url), theirs.browser.secret)).rejects.toMatchObject(REFUSED);
  await expect(finish(await follow(theirs.url), null)).rejects.toMatchObject(REFUSED);
});

test("takes no answer after ten minutes", async () => {
  await somebody(person.email);
  const { url, browser } = await startSso(issuer, HOME, VISITOR, new Date(Date.now() - 11 * MINUTE_MS));
  await expect(finish(await follow(url), browser.secret)).rejects.toMatchObject(REFUSED);
});

test.each([
  ["nonce", "another"],
  ["code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
])("believes no answer that was asked for with another %s", async (name, value) => {
  await somebody(person.email);
  const { url, browser } = await startSso(issuer, HOME, VISITOR, new Date());
  url.searchParams.set(name, value);
  await expect(finish(await follow(url), browser.secret)).rejects.toMatchObject(REFUSED);
  expect(await lastRefusal()).toBe("sso_answer");
});

test("believes no answer that names another issuer", async () => {
  await somebody(person.email);
  const { url, browser } = await startSso(issuer, HOME, VISITOR, new Date());
  const answer = await follow(url);
  answer.set("iss", "https://elsewhere.example.com");
  await expect(finish(answer, browser.secret)).rejects.toMatchObject(REFUSED);
});

test("a provider's own refusal is refused like everything else", async () => {
  const { url, browser } = await startSso(issuer, HOME, VISITOR, new Date());
  const answer = new URLSearchParams({
    error: "access_denied",
    state: url.searchParams.get("state") ?? "",
    iss: idp.issuer,
  });
  await expect(finish(answer, browser.secret)).rejects.toMatchObject(REFUSED);
});

test("a provider that is switched off is not offered, and lets nobody in, not even who is under way", async () => {
  await somebody(person.email);
  const client = { clientId: idp.clientId, clientSecret: idp.clientSecret };
  const id = await provider({ kind: "oidc", name: "Off", issuer: idp.issuer, ...client });
  const { url, browser } = await startSso(id, HOME, VISITOR, new Date());
  await disableProvider(OWNER, { providerId: id });
  expect((await listOfferedProviders()).map((offered) => offered.id)).not.toContain(id);
  await expect(startSso(id, HOME, VISITOR, new Date())).rejects.toMatchObject({ kind: "not_found" });
  await expect(finish(await follow(url), browser.secret)).rejects.toMatchObject(REFUSED);
});

test("of two accounts with one address that come at once, one is linked", async () => {
  await somebody(person.email);
  const answers = [];
  for (const sub of ["first", "second"]) {
    Object.assign(person, { sub: `${person.email}-${sub}` });
    const { url, browser } = await startSso(issuer, HOME, VISITOR, new Date());
    answers.push({ answer: await follow(url), browser: browser.secret });
  }
  const outcomes = await Promise.allSettled(answers.map(({ answer, browser }) => finish(answer, browser)));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(await lastRefusal()).toBe("sso_other_subject");
});

test("counts sign-ins that come to nothing per network address, and none that succeeds", async () => {
  await somebody(person.email);
  const visitor = { ...VISITOR, ip: "198.51.100.44" };
  const go = () => startSso(site, HOME, visitor, new Date());
  for (let turn = 0; turn < 20; turn++) {
    const { url, browser } = await go();
    await finishSso(await follow(url), browser.secret, visitor, new Date());
  }
  for (let turn = 0; turn < 30; turn++) await go();
  await expect(go()).rejects.toMatchObject({ kind: "rate_limited" });
});

test("leads to a path of this console only, whatever was asked for", async () => {
  await somebody(person.email);
  expect((await signIn(issuer, { next: "//elsewhere.example.com" })).next).toBe("/");
});

test.each([
  ["issuer", { kind: "oidc", issuer: "http://127.0.0.1:9" }],
  ["baseUrl", { kind: "environment", baseUrl: "http://127.0.0.1:9", target: "org_1" }],
])("adds no provider that does not answer, and says so at the %s", async (field, where) => {
  const adding = provider({ ...where, name: "Nowhere", clientId: "console", clientSecret: SECRET });
  await expect(adding).rejects.toMatchObject({ kind: "upstream", fields: { [field]: expect.any(String) } });
});

test.each(["http://login.example.com", "https://user:word@login.example.com", "ftp://127.0.0.1", "login"])(
  "sends no secret to %s",
  (address) => {
    const input = { kind: "oidc", name: "Bad", issuer: address, clientId: "console", clientSecret: SECRET };
    expect(AddProviderInput.safeParse(input).success).toBe(false);
  },
);

test("keeps a provider's secret sealed, and shows it to nobody", async () => {
  const row = await asSystem("a test looks", (tx) => tx.ssoProvider.findUnique({ where: { id: issuer } }));
  expect(row?.clientSecretSealed).toMatch(/^v1\./);
  const shown = JSON.stringify(await listProviders(OWNER));
  expect(shown).toContain(issuer);
  expect(shown).not.toContain(idp.clientSecret);
  expect(shown).not.toContain("v1.");
});

test("an invitation is accepted through a provider that vouches for its address, without a password", async () => {
  const invitation = await invite(person.email);
  const { session } = await signIn(issuer, { invitation });
  const joined = await findActor(session.secret, VISITOR, new Date());
  expect(joined).toMatchObject({ role: "operator" });
  const row = await asSystem("a test looks", (tx) =>
    tx.person.findUnique({ where: { email: person.email }, select: { passwordHash: true, id: true } }),
  );
  expect(row?.passwordHash).toBeNull();
  expect(await eventsOf(row?.id ?? "")).toEqual([
    ...["person.accept_invitation", "person.link_sso", "session.sign_in"],
  ]);
  await expect(
    finish(await follow((await startSso(issuer, { next: "/", invitation }, VISITOR, new Date())).url), null),
  ).rejects.toMatchObject(REFUSED);
});

test("an invitation for another address, a dead one, and an address nobody vouches for let nobody join", async () => {
  const invitation = await invite("somebody-else@example.com");
  await expect(signIn(issuer, { invitation })).rejects.toMatchObject(REFUSED);
  expect(await lastRefusal()).toBe("sso_not_invited");
  await expect(signIn(issuer, { invitation: "never-was" })).rejects.toMatchObject(REFUSED);
  const own = await invite(person.email);
  Object.assign(person, { email_verified: false });
  await expect(signIn(issuer, { invitation: own })).rejects.toMatchObject(REFUSED);
  expect(await lastRefusal()).toBe("sso_email_not_verified");
});

test("a provider is changed without its secret, and asks for one and forgets its people under another address", async () => {
  const client = { clientId: idp.clientId, clientSecret: idp.clientSecret };
  const providerId = await provider({ kind: "oidc", name: "Before", issuer: idp.issuer, ...client });
  await somebody(person.email);
  await signIn(providerId);
  const same = { providerId, kind: "oidc", name: "After", issuer: idp.issuer, clientId: idp.clientId };
  await changeProvider(OWNER, ChangeProviderInput.parse({ ...same, clientSecret: "" }));
  const linked = async () => (await listProviders(OWNER)).providers.find(({ id }) => id === providerId);
  expect(await linked()).toMatchObject({ name: "After", people: 1 });
  await signIn(providerId);
  const moved = { ...same, issuer: `${idp.issuer}/` };
  await expect(
    changeProvider(OWNER, ChangeProviderInput.parse({ ...moved, clientSecret: "" })),
  ).rejects.toMatchObject({
    kind: "invalid",
    fields: { clientSecret: expect.any(String) },
  });
  const kind = {
    providerId,
    kind: "environment",
    name: "After",
    baseUrl: service.url,
    target: "org_1",
    clientId: "c",
  };
  await expect(
    changeProvider(OWNER, ChangeProviderInput.parse({ ...kind, clientSecret: "s" })),
  ).rejects.toMatchObject({
    kind: "invalid",
  });
  const site = await environmentProvider(environment.organizationId);
  await somebodyElse();
  await signIn(site);
  const elsewhere = {
    ...{ providerId: site, kind: "environment", name: "Site", baseUrl: service.url, target: connectionId },
    ...{ clientId: environment.clientId, clientSecret: environment.apiKey },
  };
  await changeProvider(OWNER, ChangeProviderInput.parse(elsewhere));
  expect((await listProviders(OWNER)).providers.find(({ id }) => id === site)).toMatchObject({
    people: 0,
    connectionId,
  });
});

async function invite(email: string): Promise<string> {
  const { url } = await invitePerson(OWNER, InvitePersonInput.parse({ email, role: "operator" }));
  return new URL(url).searchParams.get("token") ?? "";
}

async function somebodyElse(): Promise<void> {
  Object.assign(person, someAccount());
  await somebody(person.email);
}

const OWNER = actorOf({
  id: "per_owner",
  name: "Owner",
  kind: "person",
  role: "owner",
  customers: "all",
  sessionId: null,
  ip: null,
});

/** Through the provider and back in one browser, as a person would. */
async function signIn(providerId: string, { next = "/", invitation = null as string | null } = {}) {
  const { url, browser } = await startSso(providerId, { next, invitation }, VISITOR, new Date());
  return await finish(await follow(url), browser.secret);
}

function finish(answer: URLSearchParams, browser: string | null) {
  return finishSso(answer, browser, VISITOR, new Date());
}

/** A browser with cookies per host, followed until it is sent back to the console. */
async function follow(start: URL): Promise<URLSearchParams> {
  const cookies = new Map<string, Map<string, string>>();
  let url = start;
  for (let step = 0; step < 20; step += 1) {
    const jar = cookies.get(url.host) ?? new Map<string, string>();
    cookies.set(url.host, jar);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(url, { redirect: "manual", headers: { cookie } });
    for (const each of answer.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      jar.set(name, value);
    }
    const location = answer.headers.get("location");
    if (!location) throw new Error(`${answer.status} at ${url.pathname}: ${await answer.text()}`);
    url = new URL(location, url);
    if (url.href.startsWith(redirectUri())) return url.searchParams;
  }
  throw new Error("The browser was sent around without end.");
}

async function provider(input: Record<string, unknown>): Promise<string> {
  return (await addProvider(OWNER, AddProviderInput.parse(input))).providerId;
}

function environmentProvider(target: string): Promise<string> {
  const { clientId, apiKey } = environment;
  const where = { kind: "environment", baseUrl: service.url, target };
  return provider({ name: "Site", ...where, clientId, clientSecret: apiKey });
}

/** The environment signs people in through the same issuer. */
async function connect(organizationId: string): Promise<string> {
  const path = `/environments/${environment.id}/connections`;
  const { body } = await service.manage<{ id: string; sp: { redirect_uri: string } }>("POST", path, {
    organization_id: organizationId,
    connection_type: "GenericOIDC",
    name: "Example OIDC",
    state: "active",
    oidc: { issuer: idp.issuer, client_id: idp.clientId, client_secret: idp.clientSecret },
  });
  allowed.push(body.sp.redirect_uri);
  return body.id;
}

function someAccount() {
  const sub = newId("x").toLowerCase();
  return { sub, email: `${sub}@example.com` };
}

async function somebody(email: string): Promise<string> {
  const id = newId("per");
  const data = { id, email, name: "Grace", role: "operator", allCustomers: true } as const;
  await asSystem("a test prepares a person", (tx) => tx.person.create({ data }));
  return id;
}

async function eventsOf(actorId: string): Promise<string[]> {
  const rows = await asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findMany({ where: { actorId }, orderBy: { id: "asc" } }),
  );
  return rows.map((row) => row.action);
}

async function lastRefusal(): Promise<unknown> {
  const where = { action: "session.sign_in_refused" };
  const row = await asSystem("a test reads the log", (tx) =>
    tx.auditEvent.findFirst({ where, orderBy: { id: "desc" } }),
  );
  const detail = row?.detail;
  return typeof detail === "object" && detail !== null && "reason" in detail ? detail.reason : null;
}
