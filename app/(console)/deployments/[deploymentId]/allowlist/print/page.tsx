import type { Metadata, Route } from "next";
import { PrintRules } from "#components/exports/print-rules.tsx";
import { RulesSheet } from "#components/exports/rules-sheet.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getPrinted } from "#lib/exports/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Allowlist for the ticket" };

export default async function PrintPage({
  params,
}: PageProps<"/deployments/[deploymentId]/allowlist/print">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const allowlist = await orNotFound(() => getPrinted(actor, deploymentId));
  return (
    <div className="grid min-w-0 gap-5">
      <div className="flex flex-wrap items-center justify-between gap-3 print:hidden">
        <p className="max-w-2xl text-muted text-sm">
          The rules in force on paper, or as a PDF, for a change ticket. Printing is kept in the history.
        </p>
        <div className="flex flex-wrap items-center gap-2">
          <LinkButton variant="ghost" href={`/deployments/${deploymentId}/allowlist/exports` as Route}>
            Exports
          </LinkButton>
          {actor.can("allowlist.export") && <PrintRules deploymentId={deploymentId} />}
        </div>
      </div>
      <RulesSheet allowlist={allowlist} />
    </div>
  );
}
