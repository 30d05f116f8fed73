import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Actor, linkActor } from "#lib/access/actor.ts";
import { uploadReport } from "#lib/doctor/commands.ts";
import { reportFile, takeDoctor } from "#lib/doctor/files.ts";
import { DoctorPlan } from "#lib/doctor/plan.ts";
import { findOwnReport, getReport, listRedirectUriProofs, listReports } from "#lib/doctor/queries.ts";
import { type DoctorReport, readReport } from "#lib/doctor/report.ts";
import { REPORT_LIST } from "#lib/doctor/schema.ts";
import { REPORT_BYTES_MAX } from "#lib/doctor/shape.ts";
import { PATIENCE } from "#lib/drivers/transport.ts";
import { asSystem, closeDatabase } from "#lib/platform/db.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { aWorld, type World } from "#tests/access/world.ts";
import { anActor } from "#tests/support/actors.ts";
import { testDatabase } from "#tests/support/database.ts";
import { exampleReport } from "#tests/support/doctor-report.ts";
import { learnStatistics } from "#tests/support/statistics.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const owner = anActor();
let mine: World;
let theirs: World;
let adminUrl: string;

beforeAll(async () => {
  PATIENCE.sleep = async () => undefined;
  ({ adminUrl } = await testDatabase());
  mine = await aWorld();
  theirs = await aWorld();
});
afterAll(closeDatabase);

/** A report of this deployment, which says of its redirect URI what is asked. */
function reportOf({ deploymentId, redirectUriId }: World, parts: Partial<DoctorReport> = {}): DoctorReport {
  const report = exampleReport({ id: crypto.randomUUID(), ...parts });
  const checks = report.checks.map((check) => (check.redirectUriId ? { ...check, redirectUriId } : check));
  return { ...report, checks, deployment: { ...report.deployment, id: deploymentId } };
}

const bring = (report: DoctorReport, at: World = mine, actor: Actor = owner, now?: Date) =>
  uploadReport(actor, { deploymentId: at.deploymentId, content: JSON.stringify(report) }, now);

describe("bringing a report", () => {
  test("keeps it whole, says what it found, and is on record", async () => {
    const report = reportOf(mine, { machine: "kept.bank.example" });
    const { reportId, failed, warnings } = await bring(report);
    expect({ failed, warnings }).toEqual({ failed: 1, warnings: 1 });
    const shown = await getReport(owner, mine.deploymentId, reportId);
    expect(shown.report).toEqual(report);
    expect(shown.row).toMatchObject({
      machine: "kept.bank.example",
      passed: 2,
      skipped: 1,
      broughtBy: owner.name,
    });
    const event = await asSystem("a test reads the log", (tx) =>
      tx.auditEvent.findFirst({ where: { targetId: reportId } }),
    );
    expect(event).toMatchObject({
      action: "doctor.upload",
      actorId: owner.id,
      customerId: mine.customerId,
      targetName: "kept.bank.example",
    });
  });

  test("the same report twice is kept once", async () => {
    const report = reportOf(mine);
    await bring(report);
    await expect(bring(report)).rejects.toMatchObject({
      kind: "conflict",
      message: "This report is here already.",
    });
  });

  test("a report of another deployment is not kept here", async () => {
    const report = reportOf(theirs);
    await expect(bring(report)).rejects.toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("another deployment"),
    });
  });

  test.each([
    ["markup", "<script>alert(1)</script>"],
    ["too much", " ".repeat(REPORT_BYTES_MAX + 1)],
    ["a deep nest", "[".repeat(100_000)],
    ["a number", "1"],
    ["a prototype", '{"__proto__":{"format":"sallyport-doctor-report/v1"}}'],
  ])("refuses %s with a sentence, and keeps nothing", async (_what, content) => {
    const before = (await listReports(owner, mine.deploymentId, parseListQuery({}, REPORT_LIST))).total;
    await expect(uploadReport(owner, { deploymentId: mine.deploymentId, content })).rejects.toMatchObject({
      kind: "invalid",
    });
    expect((await listReports(owner, mine.deploymentId, parseListQuery({}, REPORT_LIST))).total).toBe(before);
  });
});

describe("redirect URIs", () => {
  test("are proven by the newest run, and only those of the deployment", async () => {
    const world = await aWorld();
    const proofOf = async ({ redirectUriId }: World) =>
      (await listRedirectUriProofs(owner, [redirectUriId]))[redirectUriId];
    const passed = (report: DoctorReport): DoctorReport => ({
      ...report,
      checks: report.checks.map((check) =>
        check.redirectUriId ? { ...check, outcome: "passed", found: "answers 302" } : check,
      ),
    });
    await bring(
      passed(reportOf(world, { startedAt: "2999-01-01T00:00:00.000Z" })),
      world,
      owner,
      new Date("2026-11-25T00:00:00Z"),
    );
    // Its proof is from the moment it was brought: a clock that is ahead does not keep later runs out.
    expect(await proofOf(world)).toMatchObject({ outcome: "passed" });

    const later = new Date(Date.now() + 3_600_000);
    const startedAt = new Date(later.getTime() - 60_000).toISOString();
    await bring(reportOf(world, { startedAt, machine: "later.example" }), world, owner, later);
    expect(await proofOf(world)).toMatchObject({
      outcome: "warning",
      found: "answers 404",
      machine: "later.example",
    });

    await bring(passed(reportOf(world, { startedAt: "2026-01-01T00:00:00.000Z" })), world);
    expect(await proofOf(world)).toMatchObject({ outcome: "warning" });

    // It names another deployment's redirect URI.
    const forged = passed(
      reportOf({ ...world, redirectUriId: theirs.redirectUriId }, { machine: "forged.example" }),
    );
    await bring(forged, world);
    expect(await proofOf(theirs)).not.toMatchObject({ machine: "forged.example" });
  });
});

test("a report is shown beside the one before it of the same machine", async () => {
  const world = await aWorld();
  const first = reportOf(world, { startedAt: "2026-11-01T08:00:00.000Z" });
  const second = reportOf(world, { startedAt: "2026-11-02T08:00:00.000Z" });
  const elsewhere = reportOf(world, { startedAt: "2026-11-02T07:00:00.000Z", machine: "other.example" });
  second.checks = second.checks.flatMap((check) => {
    if (check.id === "reach:api.workos.com:443") return { ...check, outcome: "passed" as const };
    if (check.id === "clock") return { ...check, outcome: "failed" as const };
    return check.id === "inspection" ? [] : check;
  });
  const [before, , now] = [
    await bring(first, world),
    await bring(elsewhere, world),
    await bring(second, world),
  ];
  expect((await getReport(owner, world.deploymentId, before.reportId)).before).toBeNull();
  const shown = await getReport(owner, world.deploymentId, now.reportId);
  expect(shown.before).toMatchObject({
    id: before.reportId,
    mended: 1,
    newTrouble: 1,
    gone: ["TLS is not opened on the way"],
  });
  expect(shown.changes).toMatchObject({
    "reach:api.workos.com:443": "mended",
    clock: "new_trouble",
    "redirect_uri:uri_1": "still",
  });
  const last = await findOwnReport(owner, world.deploymentId);
  expect(last?.troubles[0]).toMatchObject({ outcome: expect.stringMatching(/failed|warning/) });
});

describe("what is taken along", () => {
  test("the plan names the site's hosts, rules and redirect URIs, says what did not answer, and holds no secret", async () => {
    const { body, name } = await takeDoctor(owner, mine.deploymentId, "plan");
    expect(name).toBe("doctor-plan.json");
    const plan = DoctorPlan.parse(JSON.parse(body));
    expect(plan.redirectUris).toEqual([
      expect.objectContaining({ id: mine.redirectUriId, environment: "Production" }),
    ]);
    expect(plan.rules.map(({ id }) => id)).toEqual([mine.ruleId]);
    expect(plan.hosts).toContainEqual(
      expect.objectContaining({ host: "127.0.0.1", port: 9, isPublic: false }),
    );
    expect(plan.notes.join(" ")).toContain("Production did not answer");
    expect(plan.migration).toMatch(/^\d{14}_/);
    expect(body).not.toMatch(/sk_|sealed|token/i);
    const event = await asSystem("a test reads the log", (tx) =>
      tx.auditEvent.findFirst({ where: { action: "doctor.download", deploymentId: mine.deploymentId } }),
    );
    expect(event?.detail).toMatchObject({ what: "plan" });
  });

  test("`sallyport doctor --deployment` is given the same plan", async () => {
    const program = ["--conditions=react-server", "lib/cli/print-doctor-plan.ts"];
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [...program, mine.deploymentId], { cwd: ROOT });
    expect(DoctorPlan.parse(JSON.parse(stdout)).redirectUris).toEqual([
      expect.objectContaining({ id: mine.redirectUriId }),
    ]);
    await expect(run(process.execPath, [...program, "dep_nowhere"], { cwd: ROOT })).rejects.toMatchObject({
      stderr: "There is no such deployment.\n",
    });
  });

  test("the program has the plan before it", async () => {
    await promisify(execFile)(process.execPath, ["lib/cli/bundle-doctor.ts"], { cwd: ROOT });
    const { body, name } = await takeDoctor(owner, mine.deploymentId, "program");
    expect(name).toBe("sallyport-doctor.mjs");
    const [, json = ""] = /^globalThis\.sallyportDoctorPlan=(.*);\n/.exec(body) ?? [];
    expect(DoctorPlan.parse(JSON.parse(json)).deployment).toMatchObject({
      id: mine.deploymentId,
      name: "Main",
    });
  });

  test("a report goes out as it came, and as text", async () => {
    const report = reportOf(mine);
    const { reportId } = await bring(report);
    const { body } = await reportFile(owner, mine.deploymentId, reportId, "json");
    expect(readReport(body)).toEqual({ ok: true, report });
    expect((await reportFile(owner, mine.deploymentId, reportId, "text")).body).toContain(
      "FAILED   api.workos.com, port 443",
    );
  });

  test("nothing of another customer's is, and a role that may only read takes nothing", async () => {
    const admin = anActor("customer_admin", [mine.customerId]);
    await expect(takeDoctor(admin, theirs.deploymentId, "plan")).rejects.toMatchObject({ kind: "not_found" });
    await expect(reportFile(admin, theirs.deploymentId, theirs.reportId, "json")).rejects.toMatchObject({
      kind: "not_found",
    });
    await expect(takeDoctor(anActor("auditor"), mine.deploymentId, "plan")).rejects.toMatchObject({
      kind: "forbidden",
    });
    const link = linkActor({
      id: "slk_1",
      name: "Link",
      customerId: mine.customerId,
      purposes: ["dsync"],
      ip: null,
    });
    await expect(takeDoctor(link, theirs.deploymentId, "plan")).rejects.toMatchObject({ kind: "not_found" });
    expect((await takeDoctor(link, mine.deploymentId, "plan")).body).toContain(mine.deploymentId);
  });
});

describe("a list of 10,000 reports", () => {
  const COUNT = 10_000;
  let world: World;
  beforeAll(async () => {
    world = await aWorld();
    const { customerId, deploymentId } = world;
    const content = exampleReport();
    await asSystem("a test prepares reports", async (tx) => {
      for (let at = 1; at < COUNT; at += 1_111)
        await tx.doctorReport.createMany({
          data: Array.from({ length: Math.min(1_111, COUNT - at) }, (_, index) => ({
            ...{
              id: `report_${String(at + index).padStart(26, "0")}`,
              customerId,
              deploymentId,
              runId: `${at + index}`,
            },
            ...{ machine: `app-${(at + index) % 500}.example`, content, broughtBy: "Somebody" },
            ...{ failed: (at + index) % 3, warnings: (at + index) % 4, passed: 5, skipped: 1 },
            ranAt: new Date(Date.UTC(2026, 0, 1) + ((at + index) % 700) * 60_000),
          })),
        });
    });
    await learnStatistics(adminUrl);
  });

  const list = (params: Record<string, string>, pageSize = 997) =>
    listReports(owner, world.deploymentId, { ...parseListQuery(params, REPORT_LIST), pageSize });

  test.each(REPORT_LIST.sorts)("sorted by %s, its pages hold every row exactly once", async (sort) => {
    for (const direction of ["", "-"]) {
      const seen = new Set<string>();
      for (let page = 1; page <= Math.ceil(COUNT / 997); page++) {
        const { rows, total } = await list({ sort: `${direction}${sort}`, page: String(page) });
        expect(total).toBe(COUNT);
        for (const { id } of rows) seen.add(id);
      }
      expect(seen.size).toBe(COUNT);
    }
  });

  test("is narrowed by result and searched by machine, with exact totals, and takes % for what it is", async () => {
    const parts = await Promise.all(["failed", "warning", "passed"].map((result) => list({ result })));
    expect(parts.reduce((sum, { total }) => sum + total, 0)).toBe(COUNT);
    expect(parts[2]?.rows.every(({ failed, warnings }) => failed === 0 && warnings === 0)).toBe(true);
    expect((await list({ q: "app-499" })).total).toBe(COUNT / 500);
    expect((await list({ q: "%" })).total).toBe(0);
  });
});
