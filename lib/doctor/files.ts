import "server-only";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { loadSets } from "#lib/allowlist/sets/load.ts";
import { recordAudit } from "#lib/audit/record.ts";
import type { ConnectionDetail } from "#lib/drivers/port.ts";
import { driverOf } from "#lib/environments/driver.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import { declined } from "#lib/shared/refusals.ts";
import { drawPlan, type Known } from "./draw-plan.ts";
import type { DoctorPlan } from "./plan.ts";
import { getReport } from "./queries.ts";
import { reportText } from "./text.ts";

export interface DoctorFile {
  name: string;
  type: string;
  body: string;
}

/** What is given out: the doctor with the plan inside, or the plan alone for a site that has Sallyport. */
export const DOCTOR_FILES = ["program", "plan"] as const;
export type DoctorFileKind = (typeof DOCTOR_FILES)[number];

/** What of a deployment concerns whoever takes the doctor: all of it, or one organization's part of one environment. */
export interface Concern {
  environmentId?: string;
  organizationId?: string;
}

/** The doctor for a deployment, as a file to take along. Who took it is on record. */
export async function takeDoctor(
  actor: Actor,
  deploymentId: string,
  kind: DoctorFileKind,
  concern: Concern = {},
  now = systemClock(),
): Promise<DoctorFile> {
  actor.must("doctor.download");
  const plan = await getDoctorPlan(actor, deploymentId, concern, now);
  const file = kind === "plan" ? planFile(plan) : await programFile(plan);
  await inScope(actor, async (tx) => {
    const { customerId, name } = await requireDeployment(tx, actor, deploymentId);
    await recordAudit(tx, actor, {
      action: "doctor.download",
      ...{ targetType: "deployment", targetId: deploymentId, targetName: name, customerId, deploymentId },
      detail: { what: kind, hosts: plan.hosts.length, notes: plan.notes.length },
    });
  });
  return file;
}

/** A report as a file again: to send on, or to print. */
export async function reportFile(
  actor: Actor,
  deploymentId: string,
  reportId: string,
  format: "json" | "text",
): Promise<DoctorFile> {
  const { report, row } = await getReport(actor, deploymentId, reportId);
  const name = `doctor-${row.ranAt.toISOString().slice(0, 16).replace(/[-:]/g, "").replace("T", "-")}`;
  if (format === "text")
    return { name: `${name}.txt`, type: "text/plain; charset=utf-8", body: reportText(report) };
  return {
    name: `${name}.sallyport-doctor.json`,
    type: "application/json",
    body: `${JSON.stringify(report, null, 2)}\n`,
  };
}

function planFile(plan: DoctorPlan): DoctorFile {
  return { name: "doctor-plan.json", type: "application/json", body: `${JSON.stringify(plan, null, 2)}\n` };
}

const PROGRAM = "dist/doctor/sallyport-doctor.mjs";

async function programFile(plan: DoctorPlan): Promise<DoctorFile> {
  const program = await readFile(join(process.cwd(), PROGRAM), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
      throw declined("unavailable", "doctor_not_made");
    },
  );
  // JSON is JavaScript, and the plan holds no character that would end the line.
  const body = `globalThis.sallyportDoctorPlan=${JSON.stringify(plan)};\n${program}`;
  return { name: "sallyport-doctor.mjs", type: "text/javascript; charset=utf-8", body };
}

/** The plan of a deployment. What its environments do not tell just now is left out, and said in the plan. */
export async function getDoctorPlan(
  actor: Actor,
  deploymentId: string,
  concern: Concern = {},
  now = systemClock(),
): Promise<DoctorPlan> {
  actor.must("doctor.download");
  const { environments, connections, directories, ...facts } = await inScope(actor, (tx) =>
    readFacts(tx, actor, { deploymentId, ...concern }, now),
  );
  const notes: string[] = [];
  const asked = await Promise.all(
    environments.map((environment) => askEnvironment(environment, connections, directories, notes)),
  );
  return drawPlan(
    {
      ...facts,
      environments,
      connections: asked.flatMap((answer) => answer.connections),
      directories: asked.flatMap((answer) => answer.directories),
      migration: lastMigration(),
      notes,
    },
    now,
  );
}

async function readFacts(
  tx: Tx,
  actor: Actor,
  { deploymentId, environmentId, organizationId }: Concern & { deploymentId: string },
  now: Date,
) {
  const deployment = await requireDeployment(tx, actor, deploymentId);
  const environments = await tx.environment.findMany({
    where: {
      deploymentId,
      state: { in: ["active", "failing"] },
      ...(environmentId === undefined ? {} : { id: environmentId }),
    },
    select: { id: true, name: true, driver: true, baseUrl: true },
    orderBy: [{ kind: "asc" }, { name: "asc" }],
    take: 20,
  });
  const rules = await tx.allowlistRule.findMany({
    where: { deploymentId, retiredAt: null, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] },
    orderBy: { id: "asc" },
    take: 2_000,
  });
  const uris = await tx.redirectUri.findMany({
    where: { environmentId: { in: environments.map(({ id }) => id) } },
    select: { id: true, uri: true, environment: { select: { name: true } } },
    orderBy: [{ isDefault: "desc" }, { uri: "asc" }],
    take: 200,
  });
  const inside = {
    deploymentId,
    environmentId: { in: environments.map(({ id }) => id) },
    ...(organizationId === undefined ? {} : { organizationId }),
  };
  const reference = { select: { id: true, environmentId: true, name: true }, take: 100 } as const;
  const connections = await tx.connection.findMany({
    where: { ...inside, state: { not: "deleting" } },
    ...reference,
  });
  const directories = await tx.directory.findMany({
    where: { ...inside, type: { contains: "ldap" } },
    ...reference,
  });
  const { name, customer, mode } = deployment;
  return {
    deployment: { id: deploymentId, name, customer: customer.name, mode },
    ...{ environments, rules, sets: await loadSets(tx, deploymentId), connections, directories },
    redirectUris: uris.map(({ id, uri, environment }) => ({ id, uri, environment: environment.name })),
  };
}

async function requireDeployment(tx: Tx, actor: Actor, deploymentId: string) {
  const deployment = await tx.deployment.findFirst({
    where: { id: deploymentId, ...visibleTo(actor) },
    select: { name: true, mode: true, customerId: true, customer: { select: { name: true } } },
  });
  if (!deployment) throw declined("not_found", "no_such_deployment");
  return deployment;
}

type Reference = { id: string; environmentId: string; name: string };
type Asked = Pick<Known, "connections" | "directories">;

const ASK_MAX_MS = 15_000;

/** Where identity providers and directories stand, by the environment itself: the console keeps none of it. */
async function askEnvironment(
  { id, name }: { id: string; name: string },
  connections: readonly Reference[],
  directories: readonly Reference[],
  notes: string[],
): Promise<Asked> {
  const own = (one: Reference) => one.environmentId === id;
  try {
    const driver = await driverOf(id);
    const late = new Promise<never>(
      (_, reject) => void setTimeout(reject, ASK_MAX_MS, declined("unavailable", "too_slow")).unref(),
    );
    const described = Promise.all(
      connections
        .filter(own)
        .map(
          async (one): Promise<ConnectionDetail[]> =>
            driver.connections ? [await driver.connections.describe(one.id)] : [],
        ),
    );
    const sources = Promise.all(
      directories.filter(own).map(async (one) => {
        const ldap = (await driver.directories?.describe(one.id))?.source?.ldap;
        return ldap ? [{ id: one.id, name: one.name, ldap }] : [];
      }),
    );
    const [found, read] = await Promise.race([Promise.all([described, sources]), late]);
    if (connections.some(own) && !driver.connections)
      notes.push(`WorkOS does not tell where the identity providers of ${name} are: they are not looked at.`);
    return { connections: found.flat(), directories: read.flat() };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    notes.push(
      `The environment ${name} did not answer when the plan was made: its identity providers and directories are not looked at. ${error.message}`,
    );
    return { connections: [], directories: [] };
  }
}

/** What the database of this version ends with. */
function lastMigration(): string {
  return (
    readdirSync(join(process.cwd(), "prisma/migrations"))
      .filter((name) => /^\d{8}/.test(name))
      .sort()
      .at(-1) ?? ""
  );
}
