import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { type RunningIdentityService, startIdentityService } from "#tests/support/identity-service.ts";

let service: RunningIdentityService;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
});
afterAll(() => service.close());

interface Environment {
  id: string;
  name: string;
  settings: { password: { minimum_length: number } };
}
const make = (settings?: unknown) =>
  service.manage<Environment>("POST", "/environments", { name: "Site", kind: "staging", settings });
const change = (id: string, settings: unknown) =>
  service.manage<Environment>("PATCH", `/environments/${id}`, { settings });

test("settings are complete from the start, changed one by one, and null brings a default back", async () => {
  const { body } = await make();
  expect(body.settings.password.minimum_length).toBe(10);
  const changed = await change(body.id, { password: { minimum_length: 12 } });
  expect(changed.body.settings).toEqual({ ...body.settings, password: { minimum_length: 12 } });
  await service.manage("PATCH", `/environments/${body.id}`, { name: "Renamed" });
  const { body: read } = await service.manage<Environment>("GET", `/environments/${body.id}`);
  expect(read).toMatchObject({ name: "Renamed", settings: { password: { minimum_length: 12 } } });
  expect((await change(body.id, { password: { minimum_length: null } })).body.settings).toEqual(
    body.settings,
  );
});

test("an environment may be made with settings", async () => {
  const { body } = await make({ password: { minimum_length: 20 } });
  expect(body.settings.password.minimum_length).toBe(20);
});

test.each<[string, unknown, string]>([
  ["a setting nobody knows", { colour: "blue" }, "colour"],
  ["a value of another kind", { password: { minimum_length: "many" } }, "settings.password.minimum_length"],
  ["a value out of bounds", { password: { minimum_length: 1 } }, "settings.password.minimum_length"],
  ["a group of settings that is none", { password: 7 }, "settings.password"],
  ["settings that are none", [1], "settings"],
])("refuses %s, and keeps what was", async (_what, settings, field) => {
  const { body } = await make();
  const answer = await change(body.id, settings);
  expect(answer).toMatchObject({ status: 422, body: { code: "invalid_request_parameters" } });
  expect(JSON.stringify(answer.body)).toContain(field);
  expect((await service.manage<Environment>("GET", `/environments/${body.id}`)).body.settings).toEqual(
    body.settings,
  );
});
