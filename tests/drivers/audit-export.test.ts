import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createEmulator } from "workos/emulate";
import { PATIENCE } from "#lib/drivers/transport.ts";
import { workosDriver } from "#lib/drivers/workos.ts";
import { type Answer, type FakeUpstream, fakeUpstream, json } from "./fake-upstream.ts";

// WorkOS's own emulator takes an export and calls it ready at once, at an address that does not exist. So the whole way is walked
// against a peer that speaks the wire as WorkOS's OpenAPI document has it: `POST /audit_logs/exports`, `GET /audit_logs/exports/{id}`
// with its four states, and a file at another host.

const KEY = "sk_test_only_for_this_test";
const FROM = new Date("2026-11-01T00:00:00.000Z");
const UNTIL = new Date("2026-12-01T00:00:00.000Z");

let api: FakeUpstream;
let storage: FakeUpstream;
beforeAll(async () => {
  [api, storage] = [await fakeUpstream(), await fakeUpstream()];
});
beforeEach(() => {
  api.seen.length = 0;
  storage.seen.length = 0;
});
afterAll(async () => {
  await api.close();
  await storage.close();
});

const drive = (baseUrl: string) =>
  workosDriver(
    { baseUrl, clientId: "client_1", key: KEY, platform: null },
    { ...PATIENCE, sleep: async () => undefined },
  );
const exported = () => drive(api.url).exportAuditLog("org_1", FROM, UNTIL);

function stands(state: "pending" | "ready" | "error" | "expired", url: string | null = null): Answer {
  const at = "2026-11-28T08:00:00.000Z";
  const about = { object: "audit_log_export", id: "audit_log_export_1", created_at: at, updated_at: at };
  return json(state === "pending" ? 201 : 200, { ...about, state, ...(url ? { url } : {}) });
}

test("an export is asked for, waited for, and read whole from where it was put, without our key", async () => {
  const line = "evt_1,invoice.viewed,2026-11-28T08:00:00.000Z,ada\n";
  const csv = `id,action,occurred_at,actor\n${line.repeat(60_000)}`;
  storage.answers((_request, response) => response.writeHead(200, { "content-type": "text/csv" }).end(csv));
  api.answers(
    stands("pending"),
    stands("pending"),
    stands("ready", `${storage.url}/exports/1.csv?signature=x`),
  );
  const body = await new Response(await exported()).text();
  expect(body.length).toBe(csv.length);
  expect(body).toBe(csv);
  expect(api.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([
    "POST /audit_logs/exports",
    "GET /audit_logs/exports/audit_log_export_1",
    "GET /audit_logs/exports/audit_log_export_1",
  ]);
  expect(api.seen.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true);
  expect(JSON.parse(api.seen[0]?.body ?? "")).toEqual({
    organization_id: "org_1",
    range_start: FROM.toISOString(),
    range_end: UNTIL.toISOString(),
  });
  expect(storage.seen.map(({ path }) => path)).toEqual(["/exports/1.csv?signature=x"]);
  expect(storage.seen[0]?.headers.authorization).toBeUndefined();
});

test.each([
  ["could not be made", () => api.answers(stands("pending"), stands("error")), "could not make the export"],
  ["has expired", () => api.answers(stands("expired")), "could not make the export"],
  ["never gets ready", () => api.answers(stands("pending")), "still putting the export together"],
  [
    "is refused for its days",
    () => api.answers(json(400, { message: ["Invalid date range", "Too long"], error: "Bad Request" })),
    "It says: Invalid date range Too long",
  ],
  [
    "lies where nothing is any more",
    () => {
      storage.answers(json(403, {}));
      api.answers(stands("ready", `${storage.url}/exports/1.csv`));
    },
    "could not make the export",
  ],
  [
    "leads on to somewhere else",
    () => {
      storage.answers((_request, response) => response.writeHead(302, { location: api.url }).end());
      api.answers(stands("ready", `${storage.url}/exports/1.csv`));
    },
    "could not make the export",
  ],
  ["lies in a file", () => api.answers(stands("ready", "file:///etc/passwd")), "could not make the export"],
])("an export that %s is told of", async (_what, prepare, sentence) => {
  prepare();
  await expect(exported()).rejects.toThrow(sentence);
});

test("WorkOS's emulator takes the request, and nothing is at the address that it tells", async () => {
  const emulator = await createEmulator({ port: 0, seed: { apiKeys: { [KEY]: { environment: "test" } } } });
  const driver = drive(emulator.url);
  const organization = await driver.createOrganization(
    { name: "Contoso", domains: [] },
    { key: "op_1", again: false },
  );
  // It is https, where the emulator itself is not: such an address is not asked.
  await expect(driver.exportAuditLog(organization.id, FROM, UNTIL)).rejects.toMatchObject({
    ...{ kind: "upstream", said: { code: "export_failed" } },
  });
  await emulator.close();
});
