import type { Metadata } from "next";
import { CrossingsExplorer } from "#app/(console)/crossings/crossings-explorer.tsx";
import { ExportCrossings } from "#components/crossings/export-crossings.tsx";
import { Views } from "#components/crossings/views.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listViews } from "#lib/crossings/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Crossings" };

export default async function DeploymentCrossingsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/crossings">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const views = await orNotFound(() => listViews(actor));
  return (
    <div className="grid gap-5">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <p className="text-muted text-sm">
          What passed this site's boundary, either way, and what was refused. Queries and bodies are never
          kept.
        </p>
        <div className="flex items-center gap-2">
          <Views views={views} />
          {actor.can("crossing.export") && <ExportCrossings />}
        </div>
      </div>
      <CrossingsExplorer
        actor={actor}
        path={`/deployments/${deploymentId}/crossings`}
        params={await searchParams}
        scope={{ deploymentId }}
      />
    </div>
  );
}
