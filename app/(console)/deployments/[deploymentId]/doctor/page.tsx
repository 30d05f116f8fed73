import { BringReport } from "#components/doctor/bring-report.tsx";
import { ReportsTable } from "#components/doctor/reports-table.tsx";
import { RunDoctor } from "#components/doctor/run-doctor.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listReports } from "#lib/doctor/queries.ts";
import { REPORT_LIST } from "#lib/doctor/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function DoctorPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/doctor">) {
  const { deploymentId } = await params;
  const query = parseListQuery(await searchParams, REPORT_LIST);
  const actor = await requireActor();
  const page = await orNotFound(() => listReports(actor, deploymentId, query));
  return (
    <div className="grid min-w-0 gap-4">
      {actor.can("doctor.download") && <RunDoctor deploymentId={deploymentId} />}
      {actor.can("doctor.upload") && <BringReport deploymentId={deploymentId} />}
      <ReportsTable deploymentId={deploymentId} page={page} />
    </div>
  );
}
