import * as doctorCommands from "#lib/doctor/commands.ts";
import * as doctor from "#lib/doctor/queries.ts";
import { REPORT_LIST } from "#lib/doctor/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { exampleReport } from "#tests/support/doctor-report.ts";
import { type Rows, row } from "./rows.ts";

/** What the doctor found at a customer's deployment, and what is taken to it. */
export const DOCTOR: Rows = {
  "doctor/queries.listReports": row("doctor.read", "not_found", (actor, { deploymentId }) =>
    doctor.listReports(actor, deploymentId, parseListQuery({}, REPORT_LIST)),
  ),
  "doctor/queries.getReport": row("doctor.read", "not_found", (actor, { deploymentId, reportId }) =>
    doctor.getReport(actor, deploymentId, reportId),
  ),
  "doctor/queries.findOwnReport": row("doctor.read", "not_found", (actor, { deploymentId }) =>
    doctor.findOwnReport(actor, deploymentId),
  ),
  "doctor/queries.listRedirectUriProofs": row("doctor.read", "unseen", (actor, { redirectUriId }) =>
    doctor.listRedirectUriProofs(actor, [redirectUriId]),
  ),
  "doctor/commands.uploadReport": row("doctor.upload", "not_found", (actor, { deploymentId }) => {
    const { deployment, ...report } = exampleReport({ id: crypto.randomUUID() });
    const content = JSON.stringify({ ...report, deployment: { ...deployment, id: deploymentId } });
    return doctorCommands.uploadReport(actor, { deploymentId, content });
  }),
};
