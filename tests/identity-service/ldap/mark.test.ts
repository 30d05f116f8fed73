import { expect, test } from "vitest";
import type { LdapSession } from "#lib/identity-service/ldap/session.ts";
import { LdapDirectorySettings } from "#lib/identity-service/ldap/settings.ts";
import { beginMark } from "#lib/identity-service/ldap/sync/mark.ts";
import type { LdapSourceRow } from "#lib/identity-service/ldap/sync/source.ts";

const NOW = new Date("2026-06-01T12:00:00Z");
const settings = LdapDirectorySettings.parse({});
// Timestamps need no server.
const session = null as unknown as LdapSession;

const begin = (mark: string | null) =>
  beginMark(session, settings, { kind: "incremental", mark, mark_server: "" } as LdapSourceRow, NOW);

test("an incremental sync goes back five minutes, for clocks differ and changes travel", async () => {
  expect((await begin("20260601113000Z")).changedSince).toBe("(modifyTimestamp>=20260601112500Z)");
  expect((await begin(null)).changedSince).toBeNull();
});

test.each([
  [
    "the last change that was seen",
    ["20260601113000Z", "20260601110000.5Z", "20260601114500Z"],
    "20260601114500Z",
  ],
  [
    "the beginning of this sync, where something changed while it read",
    ["20260601120500Z"],
    "20260601120000Z",
  ],
  [
    "an hour ago, where the last change is the first load of everybody",
    ["20250101000000Z"],
    "20260601110000Z",
  ],
  ["an hour ago, where nothing has changed", [], "20260601110000Z"],
  ["what can be read as a time", ["nonsense", "20260601114500+0200"], "20260601110000Z"],
])("the next sync begins at %s", async (_where, changes, value) => {
  const mark = await begin("20260601100000Z");
  for (const modifyTimestamp of changes) mark.note({ dn: "cn=x", modifyTimestamp });
  expect(mark.end()).toEqual({ server: "", value });
});
