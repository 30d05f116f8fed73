import "server-only";
import { type Actor, visibleTo } from "#lib/access/actor.ts";
import { recordAudit } from "#lib/audit/record.ts";
import { inScope, type Tx } from "#lib/platform/db.ts";
import { isUniqueViolation } from "#lib/platform/unique.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { newId } from "#lib/shared/ids.ts";
import { declined, declinedField } from "#lib/shared/refusals.ts";
import { countOutcomes, type DoctorReport, readReport } from "./report.ts";
import type { UploadReportInput } from "./schema.ts";

/**
 * Keeps a report that somebody carried here, and what it says of each redirect URI. A report is a statement and opens nothing: the
 * file is read as hostile, and what it says of other deployments' redirect URIs is not looked at; nor, `within` an environment, of
 * those of others.
 */
export async function uploadReport(
  actor: Actor,
  { deploymentId, content }: UploadReportInput,
  now = systemClock(),
  within: { environmentId?: string } = {},
): Promise<{ reportId: string; failed: number; warnings: number }> {
  actor.must("doctor.upload");
  const id = newId("report");
  return await inScope(actor, async (tx) => {
    const deployment = await requireDeployment(tx, actor, deploymentId);
    const reading = readReport(content);
    if (!reading.ok)
      throw declinedField("content", "invalid", "report_unreadable", { problem: reading.problem });
    const { report } = reading;
    if (report.deployment.id !== "" && report.deployment.id !== deploymentId)
      throw declinedField("content", "conflict", "report_of_another", { name: report.deployment.name });
    // A clock that is ahead is one of the things a report tells; it is not to outlive all that come after it.
    const ranAt = new Date(Math.min(new Date(report.startedAt).getTime(), now.getTime()));
    const { customerId } = deployment;
    const { failed, warning: warnings, passed, skipped } = countOutcomes(report.checks);
    const about = { machine: report.machine, failed, warnings };
    await tx.doctorReport
      .create({
        data: {
          id,
          customerId,
          deploymentId,
          runId: report.id,
          ...about,
          passed,
          skipped,
          content: report,
          ranAt,
          broughtBy: actor.name,
          broughtById: actor.id,
        },
        select: { id: true },
      })
      .catch(known);
    await keepProofs(tx, {
      report,
      reportId: id,
      customerId,
      ranAt,
      environment: { deploymentId, id: within.environmentId },
    });
    await recordAudit(tx, actor, {
      action: "doctor.upload",
      ...{ targetType: "doctor_report", targetId: id, targetName: report.machine, customerId, deploymentId },
      detail: { ...about, ranAt: ranAt.toISOString(), runId: report.id },
    });
    return { reportId: id, failed, warnings };
  });
}

interface Brought {
  report: DoctorReport;
  reportId: string;
  customerId: string;
  ranAt: Date;
  environment: { deploymentId: string; id: string | undefined };
}

/** Only of this deployment's own redirect URIs, and only what is newer than what is known. */
async function keepProofs(
  tx: Tx,
  { report, reportId, customerId, ranAt, environment }: Brought,
): Promise<void> {
  const lines = new Map(
    report.checks.flatMap((check) => (check.redirectUriId ? [[check.redirectUriId, check] as const] : [])),
  );
  const uris = await tx.redirectUri.findMany({
    where: {
      id: { in: [...lines.keys()] },
      customerId,
      environment:
        environment.id === undefined
          ? { deploymentId: environment.deploymentId }
          : { id: environment.id, deploymentId: environment.deploymentId },
    },
    select: { id: true, proof: { select: { ranAt: true } } },
  });
  for (const { id, proof } of uris) {
    const line = lines.get(id);
    if (!line || (proof && proof.ranAt > ranAt)) continue;
    const said = { reportId, outcome: line.outcome, found: line.found, machine: report.machine, ranAt };
    await tx.redirectUriProof.upsert({
      where: { redirectUriId: id },
      create: { redirectUriId: id, customerId, ...said },
      update: said,
      select: { redirectUriId: true },
    });
  }
}

async function requireDeployment(tx: Tx, actor: Actor, deploymentId: string) {
  const deployment = await tx.deployment.findFirst({
    where: { id: deploymentId, ...visibleTo(actor) },
    select: { customerId: true, name: true },
  });
  if (!deployment) throw declined("not_found", "no_such_deployment");
  return deployment;
}

function known(error: unknown): never {
  if (!isUniqueViolation(error)) throw error;
  throw declinedField("content", "conflict", "report_known");
}
