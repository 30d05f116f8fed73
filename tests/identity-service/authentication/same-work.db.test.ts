import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

// How long an answer takes says nothing where the same is done for it: the same statements, and as many hashes of passwords.

const work = vi.hoisted(() => ({ hashes: 0 }));
vi.mock("@node-rs/argon2", async (original) => {
  const real = await original<typeof import("@node-rs/argon2")>();
  const counted =
    <Arguments extends unknown[], Result>(hash: (...given: Arguments) => Result) =>
    (...given: Arguments) => {
      work.hashes += 1;
      return hash(...given);
    };
  return { ...real, hash: counted(real.hash), verify: counted(real.verify) };
});

const PASSWORD = "a rather long pass phrase";
const KNOWN = "known@outside.example";
const UNKNOWN = "nobody@outside.example";
let service: RunningIdentityService;
let here: TestEnvironment;
let statements: string[];

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl, { instances: 1 });
  here = await prepareEnvironment(service);
  const user = { email: KNOWN, password: PASSWORD, email_verified: true };
  await callWire(service, here, "POST", "/user_management/users", user);
  statements = watchStatements();
});
afterAll(async () => await service.close());

function watchStatements(): string[] {
  const seen: string[] = [];
  const { db } = service.parts;
  const { query, transaction } = db;
  db.query = (scope, statement, values) => {
    seen.push(statement.name);
    return query(scope, statement, values);
  };
  db.transaction = (scope, within) =>
    transaction(scope, (run) =>
      within((statement, values) => {
        seen.push(statement.name);
        return run(statement, values);
      }),
    );
  return seen;
}

/** What somebody sees, and what was done for it. */
async function done(see: () => Promise<unknown>) {
  statements.splice(0);
  work.hashes = 0;
  const seen = await see();
  return { seen, statements: statements.splice(0), hashes: work.hashes };
}

test("a wrong password of somebody and of nobody: the same words, the same statements, one hash", async () => {
  const attempt = (email: string) =>
    done(async () => {
      const { status, body } = await callWire(service, here, "POST", "/user_management/authenticate", {
        client_id: here.clientId,
        client_secret: here.apiKey,
        grant_type: "password",
        email,
        password: "wrong pass phrase",
      });
      return { status, body };
    });
  // Once before: what is made the first time and remembered is nobody's secret.
  await attempt(UNKNOWN);
  const [known, unknown] = [await attempt(KNOWN), await attempt(UNKNOWN)];
  expect(known).toEqual(unknown);
  expect(known.hashes).toBe(1);
});

test("a wrong password on the hosted pages likewise", async () => {
  const attempt = async (email: string) => {
    const browser = plainBrowser(service.url);
    const query = new URLSearchParams({
      client_id: here.clientId,
      redirect_uri: here.redirectUri,
      response_type: "code",
      provider: "authkit",
    });
    await browser.goTo(`${service.url}/user_management/authorize?${query}`);
    return await done(async () => {
      await browser.send("identify", { email });
      await browser.send("password", { password: "wrong pass phrase" });
      return {
        status: browser.status,
        text: browser.text.replaceAll(email, "somebody").replace(/authentication_\w+/g, ""),
      };
    });
  };
  const [known, unknown] = [await attempt(KNOWN), await attempt(UNKNOWN)];
  expect(known).toEqual(unknown);
  expect(known.hashes).toBe(1);
});

test("signing up hashes the password once, whether or not the address has an account", async () => {
  const attempt = async (email: string) => {
    const browser = plainBrowser(service.url);
    const query = new URLSearchParams({
      client_id: here.clientId,
      redirect_uri: here.redirectUri,
      response_type: "code",
      provider: "authkit",
      screen_hint: "sign-up",
    });
    await browser.goTo(`${service.url}/user_management/authorize?${query}`);
    return await done(async () => {
      await browser.send("sign-up", { email, password: PASSWORD, first_name: "", last_name: "" });
      return {
        status: browser.status,
        text: browser.text.replaceAll(email, "somebody").replace(/authentication_\w+/g, ""),
      };
    });
  };
  const [known, unknown] = [await attempt(KNOWN), await attempt("new@outside.example")];
  expect([known.seen, known.hashes]).toEqual([unknown.seen, unknown.hashes]);
  expect(known.hashes).toBe(1);
});
