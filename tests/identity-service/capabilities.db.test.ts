import { afterAll, beforeAll, expect, test } from "vitest";
import { OPERATIONS } from "#lib/identity-service/wire/operations.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

interface Capabilities {
  counts: Record<string, number>;
  data: { method: string; path: string; state: string; note: string | null }[];
}

let service: RunningIdentityService;
let here: TestEnvironment;
let list: Capabilities;

beforeAll(async () => {
  const { identityUrl } = await testDatabase();
  service = await startIdentityService(identityUrl);
  here = await prepareEnvironment(service);
  list = (await service.manage<Capabilities>("GET", "/capabilities")).body;
});
afterAll(async () => await service.close());

test("every operation of WorkOS's API is listed once, with what is different or why it is not there", () => {
  const listed = list.data.map(({ method, path }) => `${method} ${path}`);
  const declared = OPERATIONS.flatMap((line) => {
    const [path, ...methods] = line.split(" ");
    return methods.map((method) => `${method} ${path}`);
  });
  expect(listed).toEqual(declared);
  expect(new Set(listed).size).toBe(212);
  for (const { state, note } of list.data) expect([state, note !== null]).toEqual([state, state !== "works"]);
  const total = Object.values(list.counts).reduce((sum, count) => sum + count, 0);
  expect(total).toBe(212);
});

// What lives on the Internet, by name. Whatever else is not answered is missing.
const NOT_OFFLINE = `
PATCH /agents/claims/attempts
POST /agents/credentials/validate
GET /agents/registrations/*
POST /authkit/oauth2/complete
POST /data-integrations
GET /data-integrations
GET /data-integrations/*
PUT /data-integrations/*
DELETE /data-integrations/*
PUT /data-integrations/*/api-key
POST /data-integrations/*/authorize
PUT /data-integrations/*/client-credentials
POST /data-integrations/*/credentials
POST /data-integrations/*/token
GET /organizations/*/data_integration_configurations
PUT /organizations/*/data_integration_configurations/*
POST /radar/attempts
PUT /radar/attempts/*
POST /radar/lists/*/*
DELETE /radar/lists/*/*
POST /user_management/radar_challenges
GET /user_management/radar_challenges/*
GET /user_management/users/*/connected_accounts/*
DELETE /user_management/users/*/connected_accounts/*
POST /user_management/users/*/connected_accounts/*
PUT /user_management/users/*/connected_accounts/*
GET /user_management/users/*/data_providers
`;

test("185 of the 212 operations are answered, and the rest are these", () => {
  const refused = list.data.filter(({ state }) => state === "not_offline");
  const named = refused.map(({ method, path }) => `${method} ${path}`);
  console.info(`${212 - refused.length} of 212 operations are answered. The rest:\n${named.join("\n")}`);
  expect(named.toSorted()).toEqual(NOT_OFFLINE.trim().split("\n").toSorted());
  expect((list.counts.works ?? 0) + (list.counts.works_differently ?? 0)).toBe(185);
});

test("what is listed as not offline is refused with that reason, and nothing else is", async () => {
  for (const { method, path, state, note } of list.data) {
    const address = path.replaceAll("*", "nothing");
    const answer = await fetch(`${service.url}${address}`, {
      method,
      redirect: "manual",
      headers: { authorization: `Bearer ${here.apiKey}` },
    });
    const text = await answer.text();
    const refused = text.includes("not_supported_offline");
    expect([method, path, refused]).toEqual([method, path, state === "not_offline"]);
    if (refused) expect([answer.status, text]).toEqual([400, expect.stringContaining(note ?? "?")]);
  }
});

test("a reason is told for what needs the Internet", async () => {
  const answer = await callWire(service, here, "POST", "/radar/attempts", {});
  expect(answer.body.message).toContain("across the Internet");
});
