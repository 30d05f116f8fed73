import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readSecrets } from "#lib/cli/secrets.ts";
import { DAY_MS } from "#lib/shared/clock.ts";
import { testDatabase } from "#tests/support/database.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";

// The commands that ask the identity service of this installation: as programs of their own, as an operator runs them.
const MAIN = resolve(import.meta.dirname, "../../lib/cli/main.ts");

let service: RunningIdentityService;
let folder: string;

beforeAll(async () => {
  service = await startIdentityService((await testDatabase()).identityUrl);
  folder = mkdtempSync(join(tmpdir(), "sallyport-service-commands-"));
  const secrets = { ...readSecrets(folder), managementToken: service.managementToken };
  writeFileSync(join(folder, "secrets.json"), JSON.stringify(secrets));
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

test("a credential is made that is good for what was said, and alone on standard output", async () => {
  const [mine, other] = [await prepareEnvironment(service), await prepareEnvironment(service)];
  const options = ["--environment", mine.id, "--read-only", "--expires-in-days", "2"];
  const made = await sallyport("token", "create", "--name", "Console in Frankfurt", ...options);
  expect(made).toMatchObject({ code: 0, stderr: "Keep this; it is shown once:\n" });
  const token = made.stdout.trim();
  expect(token).toMatch(/^\S{32,}$/);

  const ask = async (method: string, path: string) =>
    (
      await fetch(`${service.url}/sallyport/v1${path}`, {
        method,
        headers: { authorization: `Bearer ${token}` },
      })
    ).status;
  expect(await ask("GET", `/environments/${mine.id}`)).toBe(200);
  expect(await ask("GET", `/environments/${other.id}`)).toBe(404);
  expect(await ask("DELETE", `/environments/${mine.id}`)).toBe(403);
  const listed = await service.manage<{ data: { name: string; expires_at: string }[] }>(
    "GET",
    "/management_tokens",
  );
  const credential = listed.body.data.find(({ name }) => name === "Console in Frankfurt");
  const lasts = Date.parse(credential?.expires_at ?? "") - Date.now();
  expect(Math.round(lasts / DAY_MS)).toBe(2);
});

test.each([
  ["no name", ["token", "create"]],
  ["an end that is no number of days", ["token", "create", "--name", "x", "--expires-in-days", "soon"]],
  ["an option that there is not", ["token", "create", "--name", "x", "--admin"]],
])("with %s nothing is made, and the usage is told", async (_what, args) => {
  const { code, stdout, stderr } = await sallyport(...args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^Usage: sallyport token create/);
});

test("what the service refuses is told in its words", async () => {
  const { code, stderr } = await sallyport("token", "create", "--name", "x", "--environment", "env_nowhere");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The identity service at \S+ refused: There is no environment env_nowhere\.\n$/);
});

test("the clock is accepted as it stands", async () => {
  const { code, stdout } = await sallyport("clock", "accept");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^The clock is accepted as it stands, \d{4}-\d\d-\d\dT/);
});

test("a service that does not run is said, with what to do", async () => {
  const { code, stderr } = await run(["clock", "accept"], "http://127.0.0.1:1");
  expect(code).toBe(1);
  expect(stderr).toBe("The identity service does not answer at http://127.0.0.1:1. Run `npm start` first.\n");
});

const sallyport = (...args: string[]) => run(args, service.url);

/** Not waited for with this process standing still: the service that it asks runs in here. */
function run(args: string[], identityUrl: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env = { ...process.env, SALLYPORT_DATA_DIR: folder, SALLYPORT_IDENTITY_URL: identityUrl };
  return new Promise((done) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}
