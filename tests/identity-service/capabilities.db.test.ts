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
  expect((list.counts.works ?? 0) + (list.counts.works_differently ?? 0)).toBeGreaterThanOrEqual(141);
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
