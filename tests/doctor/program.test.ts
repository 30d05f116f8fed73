import { execFile } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readReport } from "#lib/doctor/report.ts";
import { host, type Listening, planWith, startHttps } from "#tests/support/doctor-network.ts";
import { createTestCa, type TestCa } from "#tests/support/test-ca.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** The Node that the machine itself has, where it has one: that of the package is newer than what customers run. */
const NODE =
  (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .map((folder) => join(folder, "node"))
    .find((program) => existsSync(program)) ?? process.execPath;

let made: string;
let empty: string;
let ca: TestCa;
let server: Listening;

beforeAll(async () => {
  made = mkdtempSync(join(tmpdir(), "doctor-made-"));
  await promisify(execFile)(process.execPath, ["lib/cli/bundle-doctor.ts", made], { cwd: ROOT });
  empty = mkdtempSync(join(tmpdir(), "doctor-empty-"));
  ca = createTestCa();
  server = await startHttps(ca.issue(["localhost"]));
});
afterAll(async () => {
  await server.close();
  ca.remove();
  for (const folder of [made, empty]) rmSync(folder, { recursive: true, force: true });
});

function run(program: string, args: string[], env: Record<string, string> = {}, cwd = empty) {
  return new Promise<{ code: number | null; stdout: string; stderr: string }>((done) => {
    const inherited = { PATH: "/usr/bin:/bin", NODE_ENV: "test" as const, HOME: empty };
    const child = execFile(program, args, { cwd, env: { ...inherited, ...env } }, (_, stdout, stderr) =>
      done({ code: child.exitCode, stdout, stderr }),
    );
  });
}

const plan = () =>
  planWith({
    hosts: [host("localhost", server.port, { isPublic: false })],
    redirectUris: [
      { id: "uri_1", uri: `https://localhost:${server.port}/callback`, environment: "Production" },
    ],
  });

test("one file runs with the machine's own Node in an empty folder, and leaves the report to carry", async () => {
  const files = readdirSync(made);
  expect(files).toEqual(["sallyport-doctor.mjs"]);
  const program = join(empty, "sallyport-doctor.mjs");
  // As the console gives it out.
  writeFileSync(
    program,
    `globalThis.sallyportDoctorPlan=${JSON.stringify(plan())};\n${readFileSync(join(made, "sallyport-doctor.mjs"), "utf8")}`,
  );
  const trusting = await run(NODE, [program], { NODE_EXTRA_CA_CERTS: ca.file });
  expect(trusting.stderr).toBe("");
  expect(trusting.stdout).toMatch(/^Sallyport doctor: Frankfurt, Example Bank\n/);
  expect(trusting.code).toBe(0);
  const written = readdirSync(empty).filter((name) => name.endsWith(".sallyport-doctor.json"));
  expect(written).toEqual([expect.stringMatching(/^frankfurt-\d{8}-\d{4}\./)]);
  const report = readReport(readFileSync(join(empty, written[0] ?? ""), "utf8"));
  expect(report).toMatchObject({ ok: true, report: { deployment: { id: "dep_1" } } });

  const doubting = await run(NODE, [program, "--json"]);
  expect(doubting.code).toBe(2);
  expect(JSON.parse(doubting.stdout).checks).toContainEqual(
    expect.objectContaining({ id: `reach:localhost:${server.port}`, outcome: "failed" }),
  );
});

test("no secret of its environment is in what it tells", async () => {
  const program = join(empty, "doctor.mjs");
  copyFileSync(join(made, "sallyport-doctor.mjs"), program);
  writeFileSync(
    join(empty, "plan.json"),
    JSON.stringify(
      planWith({
        ...plan(),
        ldapServers: [
          {
            id: "dir_1",
            name: "Staff",
            url: "ldaps://localhost:9",
            bindDn: "cn=reader",
            baseDn: "dc=x",
            caCertificates: "",
          },
        ],
      }),
    ),
  );
  const secrets = {
    DATABASE_URL: "postgresql://me:Geheim-1@127.0.0.1:9/sallyport",
    SALLYPORT_DOCTOR_LDAP_PASSWORD: "Geheim-2",
    HTTPS_PROXY: "http://proxy:Geheim-3@127.0.0.1:9",
  };
  const out = join(empty, "told.json");
  const { code, stdout, stderr } = await run(
    NODE,
    [program, "--plan", "plan.json", "--out", out, "--timeout", "2"],
    secrets,
  );
  expect(code).toBe(2);
  expect(stdout).toContain("PostgreSQL at 127.0.0.1:9");
  for (const told of [stdout, stderr, readFileSync(out, "utf8")]) expect(told).not.toMatch(/Geheim|R2VoZWlt/);
});

test.each([
  [["--plan", "nowhere.json"], /^The plan nowhere\.json cannot be read \(ENOENT\)\./],
  [["--nonsense"], /Looks at everything/],
  [["--timeout", "soon"], /takes seconds/],
])("%j ends with 2 and a sentence", async (args, sentence) => {
  const { code, stderr } = await run(NODE, [join(made, "sallyport-doctor.mjs"), ...args]);
  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
});

test("sallyport doctor looks at the installation as well", async () => {
  const planFile = join(empty, "site-plan.json");
  writeFileSync(planFile, JSON.stringify(plan()));
  const env = { SALLYPORT_DATA_DIR: join(empty, "data"), NODE_EXTRA_CA_CERTS: ca.file };
  const { code, stdout, stderr } = await run(
    process.execPath,
    [join(ROOT, "lib/cli/main.ts"), "doctor", "--plan", planFile, "--json"],
    env,
  );
  expect(stderr).toBe("");
  const report = JSON.parse(stdout);
  expect(report.checks.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(["port:3000", "port:4000", `disk:${ROOT}`, "redirect_uri:uri_1"]),
  );
  expect(report.notes).toContain(
    "The database that comes with Sallyport is not running, so it was not asked.",
  );
  expect(code).toBe(
    Math.max(
      ...report.checks.map(({ outcome }: { outcome: string }) => ({ failed: 2, warning: 1 })[outcome] ?? 0),
    ),
  );
  expect(existsSync(join(empty, "data"))).toBe(false);
});
