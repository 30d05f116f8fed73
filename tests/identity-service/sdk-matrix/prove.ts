import { WorkOS as WorkOS11 } from "@workos-inc/node";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkOS as WorkOS7 } from "workos-node-7";
import { WorkOS as WorkOS8 } from "workos-node-8";
import { WorkOS as WorkOS10 } from "workos-node-10";
import { testDatabase } from "#tests/support/database.ts";
import { eventsReadable } from "#tests/support/environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";
import { messagesTo } from "#tests/support/messages.ts";
import { AUTHORIZATION } from "./authorization.ts";
import { EXCEPTIONS, UNKNOWN_EVENTS } from "./exceptions.ts";
import { FACTORS } from "./factors.ts";
import { KEYS } from "./keys.ts";
import { methodsOf } from "./methods.ts";
import { OFFLINE } from "./offline.ts";
import { OLDER } from "./older.ts";
import { ORGANIZATIONS } from "./organizations.ts";
import { type Exercised, recorded } from "./recorder.ts";
import { RECORDS } from "./records.ts";
import { RENAMES } from "./renames.ts";
import { SIGN_IN } from "./sign-in.ts";
import { SSO } from "./sso.ts";
import { A_TIME, type Major, type Scenario, type Stage } from "./stage.ts";
import { USERS } from "./users.ts";

const CLIENTS = { "7": WorkOS7, "8": WorkOS8, "10": WorkOS10, "11": WorkOS11 };
const SCENARIOS = [
  ...ORGANIZATIONS,
  ...USERS,
  ...SIGN_IN,
  ...FACTORS,
  ...SSO,
  ...RECORDS,
  ...AUTHORIZATION,
  ...KEYS,
  ...OFFLINE,
  ...OLDER,
];

/** Every scenario with one major version of the official SDK, and that no public method of it was left out. */
export function proveSdk(major: Major): void {
  const exercised: Exercised = new Set();
  const methods = methodsOf(new CLIENTS[major]("sk_x", { clientId: "client_x" }));
  const present = ({ needs = [] }: Scenario) => needs.every((name) => methods.includes(name));
  const environments: TestEnvironment[] = [];
  let service: RunningIdentityService;
  let admin: pg.Client;
  let adminUrl: string;
  const clientOf = (apiKey: string, clientId: string): WorkOS11 => {
    const options = { clientId, apiHostname: "127.0.0.1", port: service.port, https: false };
    return new CLIENTS[major](apiKey, options) as unknown as WorkOS11;
  };

  beforeAll(async () => {
    const database = await testDatabase();
    adminUrl = database.adminUrl;
    service = await startIdentityService(database.identityUrl);
    admin = new pg.Client({ connectionString: adminUrl });
    await admin.connect();
  });
  afterAll(async () => {
    await service.close();
    await admin.end();
  });

  test.each(SCENARIOS.filter(present))(`SDK ${major}: $name`, async (scenario) => {
    const here = await prepareEnvironment(service);
    environments.push(here);
    const workos = clientOf(here.apiKey, here.clientId);
    const stage: Stage = {
      major,
      workos: recorded(workos, exercised, RENAMES[major]),
      service,
      here,
      eventsReadable: () => eventsReadable(adminUrl),
      mailTo: async (email) => (await messagesTo(admin, here.id, email)).map(({ text }) => text),
    };
    await scenario.run(stage);
  });

  test(`SDK ${major} reads every event that came of it, each whole`, async () => {
    await eventsReadable(adminUrl);
    for (const here of environments) {
      const told = await admin.query("SELECT id, name FROM identity.events WHERE environment_id = $1", [
        here.id,
      ]);
      const names = [...new Set(told.rows.map(({ name }) => name))];
      const { events } = clientOf(here.apiKey, here.clientId);
      const { data } = await events.listEvents({ events: names, limit: 100 });
      const known = told.rows.filter(({ name }) => !UNKNOWN_EVENTS[major].test(name));
      expect(data.flatMap((event) => event?.id ?? []).sort()).toEqual(known.map(({ id }) => id).sort());
      for (const event of data.filter(Boolean))
        expect(event, event.event).toMatchObject({
          event: expect.stringMatching(/^[a-z_.]+$/),
          createdAt: A_TIME,
          data: expect.toSatisfy((about: object) => Object.keys(about).length > 0),
        });
    }
  });

  test(`every public method of SDK ${major} was called and answered, or there is a reason`, () => {
    const excused = (name: string) =>
      Object.keys(EXCEPTIONS).some((pattern) =>
        pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
      );
    expect(methods.filter((name) => !exercised.has(name) && !excused(name))).toEqual([]);
    expect(methods.filter((name) => exercised.has(name) && excused(name))).toEqual([]);
  });
}
