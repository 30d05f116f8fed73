import { expect, test } from "vitest";
import { idOf, readEvent } from "#lib/shared/gateway/relayed-event.ts";

const wire = (changes: object = {}) => ({
  object: "event",
  id: "event_1",
  event: "user.created",
  data: { object: "user", id: "user_1", email: "ada@example.com" },
  created_at: "2026-11-28T10:00:00.000Z",
  ...changes,
});

test("an event is the same to the byte whether it was pulled or received", () => {
  const pulled = readEvent(wire());
  const { object: _, ...webhook } = wire({ created_at: "2026-11-28T12:00:00+02:00" });
  expect(readEvent(webhook)?.body).toBe(pulled?.body);
  expect(JSON.stringify(JSON.parse(pulled?.body ?? ""))).toBe(pulled?.body);
});

test("what a later version adds to an event is kept", () => {
  const read = readEvent(wire({ context: { client_id: "client_1" }, region: "eu" }));
  expect(JSON.parse(read?.body ?? "")).toMatchObject({ context: { client_id: "client_1" }, region: "eu" });
});

test.each([
  ["user.created", { id: "user_1" }, "user_1", null],
  ["organization.updated", { id: "org_1" }, "org_1", "org_1"],
  ["connection.activated", { id: "conn_1", organization_id: "org_1" }, "conn_1", "org_1"],
  [
    "dsync.group.user_added",
    {
      directory_id: "directory_1",
      user: { id: "directory_user_1" },
      group: { id: "group_1", organization_id: "org_1" },
    },
    "group_1",
    "org_1",
  ],
  ["group.member_added", { group_id: "group_1", organization_membership_id: "om_1" }, "group_1", null],
  [
    "authentication.sso_succeeded",
    { type: "sso", user_id: "user_1", sso: { organization_id: "org_1" } },
    "user_1",
    "org_1",
  ],
  [
    "organization_domain.verification_failed",
    { reason: "r", organization_domain: { id: "org_domain_1", organization_id: "org_1" } },
    "org_domain_1",
    "org_1",
  ],
  ["role.created", { object: "role", slug: "admin" }, "role:admin", null],
  ["vault.names.listed", {}, "vault", null],
  ["authentication.password_failed", { user_id: null, email: "ada@example.com" }, "authentication", null],
])("%s belongs to the story of its object and to its organization", (event, data, object, organizationId) => {
  expect(readEvent(wire({ event, data }))).toMatchObject({ object, organizationId });
});

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });

test.each([
  ["a text", "event"],
  ["nothing", null],
  ["a list", []],
  ["one without an id", wire({ id: undefined })],
  ["an id with a line break", wire({ id: "event_1\n" })],
  ["an id with a NUL", wire({ id: "event\0" })],
  ["a name that is no name", wire({ event: "<script>" })],
  ["data that is a list", wire({ data: [] })],
  ["no time", wire({ created_at: "yesterday" })],
  ["a year that databases do not know", wire({ created_at: "0000-01-01T00:00:00Z" })],
  ["data deeper than a database can go", wire({ data: nested(100) })],
  ["data larger than any event is", wire({ data: { id: "user_1", blob: "x".repeat(4_000_001) } })],
  ["another object", wire({ object: "user" })],
])("%s is no event", (_, value) => {
  expect(readEvent(value)).toBeNull();
});

test("what cannot be read may still say where to go on", () => {
  expect(idOf(wire({ data: null }))).toBe("event_1");
  expect([idOf(wire({ id: 7 })), idOf(wire({ id: "a b" })), idOf(null)]).toEqual([null, null, null]);
});

test("names that JSON and databases treat specially stay what they are", () => {
  const data = JSON.parse('{"id":"user_1","__proto__":{"a":1},"name":"a\\u0000b\\ud800","10":1,"2":2}');
  const body = readEvent(wire({ data }))?.body ?? "";
  expect(JSON.parse(body).data).toEqual(data);
  expect(Object.keys(JSON.parse(body).data)).toContain("__proto__");
});
