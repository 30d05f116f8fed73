import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { firstIdSince } from "#lib/identity-service/wire/ids.ts";
import { DAY_MS, MINUTE_MS } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { testDatabase } from "#tests/support/database.ts";
import { sdkFor } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

// Half past an hour: what is an hour older lies in the hour before, whenever this runs.
const NOW = new Date("2026-11-20T10:30:00.000Z");
const HOUR_MS = 60 * MINUTE_MS;

let service: RunningIdentityService;
let site: TestEnvironment;
let admin: pg.Client;

beforeAll(async () => {
  const database = await testDatabase();
  service = await startIdentityService(database.identityUrl, { clock: () => NOW });
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  site = await prepareEnvironment(service);
});
afterAll(async () => {
  await service.close();
  await admin.end();
});

async function connect(at: TestEnvironment, organizationId: string, name: string): Promise<string> {
  const { body } = await service.manage("POST", `/environments/${at.id}/connections`, {
    ...{ organization_id: organizationId, connection_type: "GenericSAML", name },
  });
  return body.id ?? "";
}

/** A sign-in that began so long ago, as the service writes it. */
async function signIn(at: TestEnvironment, connectionId: string, agoMs: number, over: object = {}) {
  const begun = new Date(NOW.getTime() - agoMs);
  const id = `${firstIdSince("sign_in", begun)}${newId("x").slice(-16)}`;
  const row = { purpose: "application", state: "passed", error: null, ...over };
  await admin.query(
    `INSERT INTO identity.sign_ins (id, environment_id, connection_id, purpose, state, error, created_at, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [id, at.id, connectionId, row.purpose, row.state, JSON.stringify(row.error), begun],
  );
  return id;
}

test("counts the sign-ins of the last day by the hour, and lists those that failed, for an organization or for all", async () => {
  const fabrikam = await sdkFor(service, site).organizations.createOrganization({ name: "Fabrikam" });
  const [own, other] = [
    await connect(site, site.organizationId, "Own Okta"),
    await connect(site, fabrikam.id, "Fabrikam Entra"),
  ];
  const stranger = await prepareEnvironment(service);
  const foreign = await connect(stranger, stranger.organizationId, "Foreign");
  const failed = { state: "failed", error: { code: "audience", message: "Meant for another." } };

  await signIn(site, own, 1_000);
  await signIn(site, own, 2_000, { purpose: "idp_initiated" });
  const late = await signIn(site, own, 3_000, failed);
  await signIn(site, own, 3 * HOUR_MS);
  const early = await signIn(site, other, 3 * HOUR_MS + 1, failed);
  await signIn(site, own, 4_000, { ...failed, purpose: "test" }); // a trial
  await signIn(site, own, 5_000, { state: "pending" });
  await signIn(site, own, DAY_MS + 1_000, failed); // too long ago
  await signIn(stranger, foreign, 1_000, failed);

  const ask = async (path: string) =>
    (
      await service.manage<{ data: Record<string, unknown>[] }>(
        "GET",
        `/environments/${site.id}/sign_ins/${path}`,
      )
    ).body;
  const now = { object: "sign_in_hour", hour: "2026-11-20T10:00:00.000Z", passed: 2, failed: 1 };
  const before = { object: "sign_in_hour", hour: "2026-11-20T07:00:00.000Z" };
  expect(await ask("hours")).toEqual({
    object: "list",
    since: "2026-11-19T10:30:00.000Z",
    data: [{ ...before, passed: 1, failed: 1 }, now],
  });
  expect((await ask(`hours?organization_id=${site.organizationId}`)).data).toEqual([
    { ...before, passed: 1, failed: 0 },
    now,
  ]);
  expect((await ask(`hours?organization_id=${stranger.organizationId}`)).data).toEqual([]);

  const all = await ask("failures");
  expect(all.data.map(({ id }) => id)).toEqual([late, early]);
  expect(all.data[0]).toMatchObject({
    object: "sign_in_trace",
    connection_id: own,
    connection_name: "Own Okta",
    state: "failed",
    error: failed.error,
  });
  const only = await ask(`failures?organization_id=${fabrikam.id}`);
  expect(only.data.map(({ id }) => id)).toEqual([early]);
  const page = await ask(`failures?limit=1&after=${late}`);
  expect(page.data.map(({ id }) => id)).toEqual([early]);
});
