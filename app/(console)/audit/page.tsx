import type { Metadata } from "next";
import { ExportAudit } from "#components/audit/export-audit.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { AuditLog } from "./audit-log.tsx";

export const metadata: Metadata = { title: "Audit" };

export default async function AuditPage({ searchParams }: PageProps<"/audit">) {
  const actor = await requireActor();
  return (
    <div className="grid gap-5">
      <PageHead title="Audit" actions={actor.can("audit.export") && <ExportAudit />}>
        Who did what to what. Events are only ever added: nobody can change or delete one.
      </PageHead>
      <AuditLog actor={actor} path="/audit" params={await searchParams} />
    </div>
  );
}
