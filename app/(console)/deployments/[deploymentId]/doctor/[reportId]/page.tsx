import { OutcomeCounts } from "#components/doctor/outcome.tsx";
import { ReportView } from "#components/doctor/report-view.tsx";
import { buttonClass } from "#components/ui/button.tsx";
import { PrintButton } from "#components/ui/print-button.tsx";
import { Time } from "#components/ui/time.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getReport } from "#lib/doctor/queries.ts";
import { groupChecks } from "#lib/doctor/report.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function DoctorReportPage({
  params,
}: PageProps<"/deployments/[deploymentId]/doctor/[reportId]">) {
  const { deploymentId, reportId } = await params;
  const actor = await requireActor();
  const { row, report, before, changes } = await orNotFound(() => getReport(actor, deploymentId, reportId));
  const file = `/deployments/${deploymentId}/doctor/${reportId}/file`;
  return (
    <div className="grid min-w-0 gap-4">
      <header className="flex flex-wrap items-start justify-between gap-3">
        <div className="grid min-w-0 gap-1">
          <h2 className="font-semibold text-lg [overflow-wrap:anywhere]">Report of {row.machine}</h2>
          <OutcomeCounts {...row} />
          <p className="text-muted text-sm">
            Run <Time at={row.ranAt} /> with Node {report.doctor.node}, brought by {row.broughtBy}{" "}
            <Time at={row.createdAt} />. A report is not signed: it says what that machine saw.
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2 print:hidden">
          <a href={`${file}?format=text`} download className={buttonClass({ variant: "ghost" }, true)}>
            As text
          </a>
          <a href={`${file}?format=json`} download className={buttonClass({ variant: "ghost" }, true)}>
            As file
          </a>
          <PrintButton />
        </div>
      </header>
      <ReportView
        groups={groupChecks(report.checks)}
        changes={changes}
        before={before}
        notes={report.notes}
      />
    </div>
  );
}
