import "server-only";
import { exportAllowlist } from "#lib/allowlist/export.ts";
import { uploadReport } from "#lib/doctor/commands.ts";
import { type DoctorFile, takeDoctor } from "#lib/doctor/files.ts";
import { type ReportProblem, readReport } from "#lib/doctor/report.ts";
import { systemClock } from "#lib/shared/clock.ts";
import { AppError } from "#lib/shared/errors.ts";
import type { Setup } from "../setup.ts";
import type { BringReportInput, ShowDoorsInput } from "./schema.ts";

/** The doors that are open now, in a format. That they were taken is on record, as everywhere. */
export async function showDoors(
  { actor, deploymentId }: Setup,
  { format }: ShowDoorsInput,
): Promise<{ name: string; type: string; body: string }> {
  return await exportAllowlist(actor, deploymentId, format);
}

/** The doctor for what the set-up is about: its own organization's part of its environment. */
export async function takePortalDoctor({
  actor,
  deploymentId,
  environmentId,
  organizationId,
}: Setup): Promise<DoctorFile> {
  return await takeDoctor(actor, deploymentId, "program", { environmentId, organizationId });
}

/** What became of a report, in a word that the page has sentences for. */
export type Brought = "done" | "known" | "other" | ReportProblem;

/** Keeps a report, as the vendor's people do; it says nothing of environments other than the set-up's. */
export async function bringPortalReport(
  { actor, deploymentId, environmentId }: Setup,
  { content }: BringReportInput,
): Promise<Brought> {
  const reading = readReport(content);
  if (!reading.ok) return reading.code;
  const { id } = reading.report.deployment;
  if (id !== "" && id !== deploymentId) return "other";
  try {
    await uploadReport(actor, { deploymentId, content }, systemClock(), { environmentId });
    return "done";
  } catch (error) {
    if (error instanceof AppError && error.kind === "conflict") return "known";
    throw error;
  }
}
