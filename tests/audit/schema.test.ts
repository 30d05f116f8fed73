import { expect, test } from "vitest";
import { AUDIT_LIST, auditQuery } from "#lib/audit/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";

const read = (params: Record<string, string>) => {
  const { since, until } = auditQuery(parseListQuery(params, AUDIT_LIST));
  return [since?.toISOString() ?? null, until?.toISOString() ?? null];
};

test.each([
  [{}, [null, null]],
  [{ since: "2026-11-01" }, ["2026-11-01T00:00:00.000Z", null]],
  [{ until: "2026-11-30" }, [null, "2026-12-01T00:00:00.000Z"]],
  [
    { since: "2026-11-01T10:30Z", until: "2026-11-01T11:00:00Z" },
    ["2026-11-01T10:30:00.000Z", "2026-11-01T11:00:00.000Z"],
  ],
  [{ since: "yesterday", until: "2026-99-99" }, [null, null]],
] as [Record<string, string>, (string | null)[]][])("the range of %j is %j", (params, range) => {
  expect(read(params)).toEqual(range);
});

test("is newest first unless the URL says otherwise", () => {
  expect(auditQuery(parseListQuery({}, AUDIT_LIST)).direction).toBe("desc");
  expect(auditQuery(parseListQuery({ sort: "time" }, AUDIT_LIST)).direction).toBe("asc");
});
