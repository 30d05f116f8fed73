import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "#lib/cli/ports.ts";
import { firstAnswer } from "#tests/bench/identity-program.ts";
import { testDatabase } from "#tests/support/database.ts";
import { callWire } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  SEALING_KEY,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

const ROOT = join(import.meta.dirname, "../..");
const MANAGEMENT_TOKEN = "management-token-only-for-the-tests";
const PASSWORD = "a pass phrase that must not be written down";
let program: ChildProcess;
let url: string;
let here: TestEnvironment;
let written = "";

beforeAll(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  program = spawn(process.execPath, ["lib/identity-service/main.ts"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      SALLYPORT_IDENTITY_DATABASE_URL: (await testDatabase()).identityUrl,
      SALLYPORT_IDENTITY_HOST: "127.0.0.1",
      SALLYPORT_IDENTITY_PORT: String(port),
      SALLYPORT_IDENTITY_URL: url,
      SALLYPORT_IDENTITY_MANAGEMENT_TOKEN: MANAGEMENT_TOKEN,
      SALLYPORT_IDENTITY_SEALING_KEY: SEALING_KEY,
      SALLYPORT_LOG_LEVEL: "debug",
    },
  });
  for (const stream of [program.stdout, program.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      written += text;
    });
  await firstAnswer(`${url}/ready`, program);
  const manage: RunningIdentityService["manage"] = async (method, path, body) => {
    const headers = { authorization: `Bearer ${MANAGEMENT_TOKEN}`, "content-type": "application/json" };
    const answer = await fetch(`${url}/sallyport/v1${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
  here = await prepareEnvironment({ url, manage } as RunningIdentityService);
});
afterAll(async () => {
  program.kill();
  await once(program, "exit");
});

test("neither the log nor an answer to what failed holds a password, a key, a code, a token or a cookie", async () => {
  const call = (path: string, body: object) =>
    callWire({ url } as RunningIdentityService, here, "POST", path, body);
  const email = "ada@outside.example";
  await call("/user_management/users", { email, password: PASSWORD, email_verified: true });
  const browser = plainBrowser(url);
  const query = new URLSearchParams({
    client_id: here.clientId,
    redirect_uri: here.redirectUri,
    response_type: "code",
    provider: "authkit",
    state: "a-state-of-the-application",
  });
  await browser.goTo(`${url}/user_management/authorize?${query}`);
  await browser.send("identify", { email });
  await browser.send("password", { password: PASSWORD });
  const code = browser.left?.searchParams.get("code") ?? "";
  const client = { client_id: here.clientId, client_secret: here.apiKey };
  const exchange = { ...client, grant_type: "authorization_code", code };
  const { body: signedIn } = await call("/user_management/authenticate", exchange);
  const secrets = {
    password: PASSWORD,
    key: here.apiKey,
    management: MANAGEMENT_TOKEN,
    code,
    access: signedIn.access_token as string,
    refresh: signedIn.refresh_token as string,
    state: "a-state-of-the-application",
  };
  for (const secret of Object.values(secrets)) expect(secret).toMatch(/.{10}/);

  const refusals = [
    await call("/user_management/authenticate", {
      ...client,
      grant_type: "password",
      email,
      password: `${PASSWORD}!`,
    }),
    await call("/user_management/authenticate", { ...exchange, code: "nobodys" }),
    await call("/user_management/authenticate", {
      ...client,
      grant_type: "refresh_token",
      refresh_token: `${secrets.refresh}x`,
    }),
    await call("/user_management/users", {
      email: "weak@outside.example",
      password: PASSWORD,
      email_verified: 7,
    }),
    await callWire(
      { url } as RunningIdentityService,
      { ...here, apiKey: `${here.apiKey}x` },
      "GET",
      `/user_management/users?code=${code}&token=${secrets.refresh}`,
    ),
  ];
  for (const { status, body } of refusals) {
    expect(status).toBeGreaterThanOrEqual(400);
    for (const secret of Object.values(secrets)) expect(JSON.stringify(body)).not.toContain(secret);
  }
  // The line of the last request is there, so what came before is.
  await expect.poll(() => written).toContain(`"status":${refusals.at(-1)?.status}`);
  for (const [what, secret] of Object.entries(secrets))
    expect([what, written.includes(secret)]).toEqual([what, false]);
  expect(written).not.toMatch(/sallyport_\w{16}=|set-cookie/i);
});
