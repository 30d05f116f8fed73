import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import { testDatabase } from "./database.ts";
import { callWire, eventsOf, sdkFor } from "./environment-calls.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "./identity-service.ts";

export const PASSWORD = "a rather long pass phrase";

export type AuthenticationAnswer = {
  status: number;
  body: Record<string, never> & Record<string, string> & { user: { id: string } };
};

/** What is there once the hooks have run. */
interface Parts {
  service: RunningIdentityService;
  /** A second instance that answers for the same address. */
  twin: RunningIdentityService;
  here: TestEnvironment;
  elsewhere: TestEnvironment;
  admin: pg.Client;
}

/**
 * Two instances on a database of a test file's own, two environments, and people who sign in to them by the API. Call it once,
 * at the top of the file: it brings the hooks along.
 */
export function authenticationStage() {
  let parts: Parts | undefined;
  let forwardMs = 0;
  let made = 0;
  const stage = (): Parts => {
    if (!parts) throw new Error("The stage is there in tests only.");
    return parts;
  };

  beforeAll(async () => {
    const database = await testDatabase();
    const clock = () => new Date(Date.now() + forwardMs);
    const service = await startIdentityService(database.identityUrl, { clock });
    const twin = await startIdentityService(database.identityUrl, { clock, baseUrl: service.url });
    const admin = new pg.Client({ connectionString: database.adminUrl });
    await admin.connect();
    const here = await prepareEnvironment(service);
    parts = { service, twin, admin, here, elsewhere: await prepareEnvironment(service) };
  });
  afterAll(async () => {
    await stage().service.close();
    await stage().twin.close();
    await stage().admin.end();
  });
  beforeEach(() => {
    forwardMs = 0;
  });

  const call = (method: string, path: string, body?: unknown, site = stage().here) =>
    callWire(stage().service, site, method, path, body);

  async function authenticate(
    fields: Record<string, unknown>,
    { site = stage().here, at = stage().service, headers = {} } = {},
  ): Promise<AuthenticationAnswer> {
    const answer = await fetch(`${at.url}/user_management/authenticate`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ client_id: site.clientId, client_secret: site.apiKey, ...fields }),
    });
    return { status: answer.status, body: (await answer.json()) as AuthenticationAnswer["body"] };
  }

  return {
    stage,
    call,
    authenticate,
    /** The clock of both instances, ahead of the machine's; until the test ends. */
    goForward(ms: number): void {
      forwardMs = ms;
    },
    sdk: () => sdkFor(stage().service, stage().here).userManagement,
    mfa: () => sdkFor(stage().service, stage().here).multiFactorAuth,
    events: (name: string, site = stage().here) => eventsOf(stage().admin, site.id, name),
    settings: (change: object) =>
      stage().service.manage("PATCH", `/environments/${stage().here.id}`, { settings: change }),
    async newUser(more = {}, site = stage().here): Promise<{ id: string; email: string }> {
      made += 1;
      const email = `person${made}@outside.example`;
      const user = { email, password: PASSWORD, email_verified: true, ...more };
      return (await call("POST", "/user_management/users", user, site)).body;
    },
    /** Makes somebody a member of a new organization. */
    async join(userId: string, name: string): Promise<string> {
      const organization = (await call("POST", "/organizations", { name })).body;
      const membership = { user_id: userId, organization_id: organization.id };
      const joined = await call("POST", "/user_management/organization_memberships", membership);
      expect(joined.status).toBe(201);
      return organization.id;
    },
    byPassword: (email: string, more = {}) =>
      authenticate({ grant_type: "password", email, password: PASSWORD, ...more }),
    refresh: (token: string | undefined, more = {}, headers = {}) =>
      authenticate({ grant_type: "refresh_token", refresh_token: token, ...more }, { headers }),
  };
}
