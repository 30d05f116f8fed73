import type { Metadata } from "next";
import { AuditLog } from "#app/(console)/audit/audit-log.tsx";
import { ExportAudit } from "#components/audit/export-audit.tsx";
import { requireActor } from "#lib/auth/session.ts";

export const metadata: Metadata = { title: "Audit" };

export default async function DeploymentAuditPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/audit">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  return (
    <div className="grid gap-5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p className="text-muted text-sm">Who did what to this deployment. Events are only ever added.</p>
        {actor.can("audit.export") && <ExportAudit />}
      </div>
      <AuditLog
        actor={actor}
        path={`/deployments/${deploymentId}/audit`}
        params={await searchParams}
        scope={{ deploymentId }}
      />
    </div>
  );
}
