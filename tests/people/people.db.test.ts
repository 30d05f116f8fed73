import { afterAll, beforeAll, expect, test } from "vitest";
import { actorOf } from "#lib/access/actor.ts";
import type { Role } from "#lib/access/permissions.ts";
import { startAttempt } from "#lib/auth/attempts.ts";
import { findActor } from "#lib/auth/sessions.ts";
import { findSignIn, signInWithPassword } from "#lib/auth/sign-in.ts";
import {
  changeAccess,
  invitePerson,
  reactivatePerson,
  resetSignIn,
  revokeInvitation,
  suspendPerson,
} from "#lib/people/commands.ts";
import { acceptInvitation, chooseNewPassword, findLinkFacts, setUp } from "#lib/people/joining.ts";
import { createOwner, ensureSetUpLink } from "#lib/people/owner.ts";
import { getPerson, listInvitations, listPeople } from "#lib/people/queries.ts";
import { INVITATION_LIST, PERSON_LIST } from "#lib/people/schema.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { testDatabase } from "#tests/support/database.ts";

const PASSWORD = "nine lanterns over harbour";
const VISITOR = { ip: null, userAgent: null };
const NOW = new Date("2026-11-24T08:00:00Z");
const NAMED = { customers: "named", customerIds: [] as string[] } as const;
const ALL = { customers: "all", customerIds: [] } as const;

let owner: Awaited<ReturnType<typeof actorFor>>;

beforeAll(async () => {
  await testDatabase();
});
afterAll(closeDatabase);

test("the first owner comes by the newest set-up link, once, and then there is none", async () => {
  const former = tokenOf(await ensureSetUpLink(NOW));
  const token = tokenOf(await ensureSetUpLink(NOW));
  const facts = { email: "ada@example.com", name: "Ada", password: PASSWORD };
  await expect(setUp({ token: former, ...facts }, VISITOR, NOW)).rejects.toMatchObject({ kind: "not_found" });
  const both = await Promise.allSettled([
    setUp({ token, ...facts }, VISITOR, NOW),
    setUp({ token, ...facts, email: "eve@example.com" }, VISITOR, NOW),
  ]);
  expect(both.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  expect(await ensureSetUpLink(NOW)).toBeNull();
  owner = await actorFor("owner");
});

test.each([
  ["short", "eleven char"],
  ["among the first that anybody tries", "Password-2026!"],
  ["a row of keys", "123456789012"],
  ["the e-mail address", "ada@example.com"],
])("refuses a password that is %s", async (_why, password) => {
  const facts = { email: "ada@example.com", name: "Ada", password };
  await expect(createOwner(facts, NOW)).rejects.toMatchObject({ kind: "invalid" });
});

test("an invitation makes the person it says, once, within seven days", async () => {
  const customerId = await aCustomer();
  const invitation = { email: "carl@example.com", role: "customer_admin", customers: "named" } as const;
  const token = tokenOf(await invitePerson(owner, { ...invitation, customerIds: [customerId] }, NOW));
  const end = new Date(NOW.getTime() + 7 * DAY_MS);
  expect(await findLinkFacts(token, "join", VISITOR, end), "too late").toBeNull();
  expect(await findLinkFacts(token, "reset", VISITOR, NOW), "for something else").toBeNull();
  const input = { token, name: "Carl", password: PASSWORD };
  const outcome = await acceptInvitation(input, VISITOR, NOW);
  const secret = outcome.next === "session" ? outcome.session.secret : "";
  expect(await findActor(secret, VISITOR, NOW)).toMatchObject({
    role: "customer_admin",
    customers: [customerId],
  });
  await expect(acceptInvitation(input, VISITOR, NOW)).rejects.toMatchObject({ kind: "not_found" });
});

test("an invitation that was taken back or replaced does not work", async () => {
  const invitation = { email: "dora@example.com", role: "support", ...ALL } as const;
  const replaced = tokenOf(await invitePerson(owner, { ...invitation, customerIds: [] }, NOW));
  const last = tokenOf(await invitePerson(owner, { ...invitation, customerIds: [] }, NOW));
  const {
    rows: [row],
  } = await listInvitations(owner, parseListQuery({}, INVITATION_LIST), NOW);
  await revokeInvitation(owner, { invitationId: row?.id ?? "" }, NOW);
  for (const token of [replaced, last]) expect(await findLinkFacts(token, "join", VISITOR, NOW)).toBeNull();
});

test.each([
  ["a customer admin of all customers", "customer_admin", ALL],
  ["a customer admin of none", "customer_admin", NAMED],
  ["an owner of some", "owner", NAMED],
  ["an auditor of none by name", "auditor", NAMED],
] as const)("refuses %s", async (_what, role, reach) => {
  const input = {
    email: `${newId("x")}@example.com`.toLowerCase(),
    role,
    customers: reach.customers,
    customerIds: [],
  };
  await expect(invitePerson(owner, input, NOW)).rejects.toMatchObject({ kind: "invalid" });
});

test("only owners make owners or touch them, and nobody changes their own access", async () => {
  const admin = await actorFor("admin");
  const other = await actorFor("operator");
  const promote = { personId: other.id, role: "owner", customers: "all", customerIds: [] } as const;
  await expect(changeAccess(admin, { ...promote, customerIds: [] })).rejects.toMatchObject({
    kind: "forbidden",
  });
  await expect(suspendPerson(admin, { personId: owner.id })).rejects.toMatchObject({ kind: "forbidden" });
  await expect(resetSignIn(admin, { personId: owner.id })).rejects.toMatchObject({ kind: "forbidden" });
  for (const self of [admin, owner])
    await expect(suspendPerson(self, { personId: self.id })).rejects.toMatchObject({ kind: "forbidden" });
});

test("the last owner stays, even when two owners are demoted at once", async () => {
  const second = await actorFor("owner");
  const everyOwner = await asSystem("a test looks", (tx) => tx.person.findMany({ where: { role: "owner" } }));
  const others = everyOwner.filter(({ id }) => id !== second.id && id !== owner.id);
  for (const { id } of others) await suspendPerson(owner, { personId: id }, NOW);
  const demote = (personId: string) =>
    ({ personId, role: "operator", customers: "all", customerIds: [] }) as const;
  const both = await Promise.allSettled([
    changeAccess(owner, { ...demote(second.id), customerIds: [] }),
    changeAccess(second, { ...demote(owner.id), customerIds: [] }),
  ]);
  expect(both.filter((one) => one.status === "fulfilled")).toHaveLength(1);
  const left = await asSystem("a test looks", (tx) =>
    tx.person.findMany({ where: { role: "owner", status: "active" }, select: { id: true } }),
  );
  expect(left).toHaveLength(1);
  if (left[0]?.id === second.id) owner = second;
});

test("suspending ends every session at once, and reactivating lets in again", async () => {
  const person = await aPersonWithPassword();
  const begin = () => signInWithPassword({ email: person.email, password: PASSWORD }, VISITOR, NOW);
  const outcome = await begin();
  const secret = outcome.next === "session" ? outcome.session.secret : "";
  await suspendPerson(owner, { personId: person.id }, NOW);
  expect(await findActor(secret, VISITOR, NOW)).toBeNull();
  await expect(begin()).rejects.toMatchObject({ kind: "unauthenticated" });
  await reactivatePerson(owner, { personId: person.id });
  expect(await findActor(secret, VISITOR, NOW), "what was revoked stays revoked").toBeNull();
  expect((await begin()).next).toBe("session");
});

test.each([
  ["suspended", (personId: string) => suspendPerson(owner, { personId }, NOW)],
  [
    "made an operator",
    (personId: string) =>
      changeAccess(owner, { personId, role: "operator", customers: "all", customerIds: [] }, NOW),
  ],
] as const)("an admin who was %s does not come back by a link of their own making", async (_how, shutOut) => {
  const admin = await actorFor("admin");
  const victim = await aPersonWithPassword();
  const email = `${newId("x").toLowerCase()}@example.com`;
  const join = { email, role: "admin", customers: "all", customerIds: [] } as const;
  const joinToken = tokenOf(await invitePerson(admin, { ...join, customerIds: [] }, NOW));
  await asSystem("a test makes room", (tx) =>
    tx.person.update({ where: { id: victim.id }, data: { role: "operator" } }),
  );
  const resetToken = tokenOf(await resetSignIn(admin, { personId: victim.id }, NOW));
  await shutOut(admin.id);
  expect(await findLinkFacts(joinToken, "join", VISITOR, NOW)).toBeNull();
  expect(await findLinkFacts(resetToken, "reset", VISITOR, NOW)).toBeNull();
});

test("a link to sign in anew ends the sign-ins that are half done with the former password", async () => {
  const person = await aPersonWithPassword();
  const halfDone = await asSystem("a test is half-way", (tx) =>
    startAttempt(tx, person.id, "enrolment", NOW),
  );
  await resetSignIn(owner, { personId: person.id }, NOW);
  expect(await findSignIn(halfDone.secret, NOW)).toBeNull();
});

test("a link to sign in anew ends what was, and works once", async () => {
  const person = await aPersonWithPassword();
  const token = tokenOf(await resetSignIn(owner, { personId: person.id }, NOW));
  const former = signInWithPassword({ email: person.email, password: PASSWORD }, VISITOR, NOW);
  await expect(former).rejects.toMatchObject({ kind: "unauthenticated" });
  const password = "a wholly different sentence";
  expect((await chooseNewPassword({ token, password }, VISITOR, NOW)).next).toBe("session");
  await expect(chooseNewPassword({ token, password }, VISITOR, NOW)).rejects.toMatchObject({
    kind: "not_found",
  });
});

test("lists people a page at a time, by search and filters, and shows no secret", async () => {
  const page = await listPeople(
    owner,
    parseListQuery({ q: "example grace", sort: "-createdAt" }, PERSON_LIST),
  );
  expect(page.rows.length).toBe(Math.min(page.total, 25));
  expect(page.rows.every((row) => row.name.includes("Grace"))).toBe(true);
  const suspended = await listPeople(owner, parseListQuery({ status: "suspended" }, PERSON_LIST));
  expect(suspended.rows.every((row) => row.status === "suspended")).toBe(true);
  const [row] = page.rows;
  const detail = await getPerson(owner, row?.id ?? "", NOW);
  expect(JSON.stringify([page, detail])).not.toMatch(/argon2|Hash|Sealed/);
});

test("looks for the signs of LIKE as letters: nobody's name holds a %", async () => {
  expect((await listPeople(owner, parseListQuery({ q: "%" }, PERSON_LIST))).total).toBe(0);
  expect((await listPeople(owner, parseListQuery({ q: "@example" }, PERSON_LIST))).total).toBeGreaterThan(0);
});

async function actorFor(role: Role) {
  const id = newId("per");
  await asSystem("a test prepares a person", (tx) =>
    tx.person.create({
      data: { id, email: `${id.toLowerCase()}@example.com`, name: role, role, allCustomers: true },
    }),
  );
  return actorOf({ id, name: role, kind: "person", role, customers: "all", sessionId: null, ip: null });
}

async function aPersonWithPassword() {
  const email = `grace-${newId("x").toLowerCase()}@example.com`;
  const token = tokenOf(
    await invitePerson(owner, { email, role: "support", customers: "all", customerIds: [] }, NOW),
  );
  await acceptInvitation({ token, name: "Grace", password: PASSWORD }, VISITOR, NOW);
  const where = { email };
  return await asSystem("a test looks", (tx) =>
    tx.person.findUniqueOrThrow({ where, select: { id: true, email: true } }),
  );
}

async function aCustomer(): Promise<string> {
  const id = newId("cus");
  await asSystem("a test prepares a customer", (tx) =>
    tx.customer.create({ data: { id, name: id, slug: id.toLowerCase() } }),
  );
  return id;
}

function tokenOf(link: { url: string } | null): string {
  return new URL(link?.url ?? "http://none").searchParams.get("token") ?? "";
}
