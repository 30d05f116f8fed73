import type { Metadata } from "next";
import { ExportCrossings } from "#components/crossings/export-crossings.tsx";
import { Views } from "#components/crossings/views.tsx";
import { PageHead } from "#components/ui/page-head.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listViews } from "#lib/crossings/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { CrossingsExplorer } from "./crossings-explorer.tsx";

export const metadata: Metadata = { title: "Crossings" };

export default async function CrossingsPage({ searchParams }: PageProps<"/crossings">) {
  const actor = await requireActor();
  const views = await orNotFound(() => listViews(actor));
  return (
    <div className="grid gap-5">
      <PageHead
        title="Crossings"
        actions={
          <>
            <Views views={views} />
            {actor.can("crossing.export") && <ExportCrossings />}
          </>
        }
      >
        What passed the boundary of each site, either way, and what was refused. Queries and bodies are never
        kept.
      </PageHead>
      <CrossingsExplorer actor={actor} path="/crossings" params={await searchParams} />
    </div>
  );
}
