import type { Metadata } from "next";
import { ExportAllowlist } from "#components/allowlist/export-allowlist.tsx";
import { HistoryTable } from "#components/exports/history-table.tsx";
import { ServeList } from "#components/exports/serve-list.tsx";
import { ServedListsTable } from "#components/exports/served-lists-table.tsx";
import { Card } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { EXPORT_NAMES, OFFERED_FORMATS } from "#lib/exports/offered.ts";
import { listExports, listServedLists, listServices } from "#lib/exports/queries.ts";
import { EXPORT_LIST, SERVED_LIST } from "#lib/exports/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Exports" };

export default async function ExportsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/allowlist/exports">) {
  const { deploymentId } = await params;
  const said = await searchParams;
  const actor = await requireActor();
  const [{ page, now }, lists, services] = await orNotFound(() =>
    Promise.all([
      listExports(actor, deploymentId, parseListQuery(said, EXPORT_LIST)),
      listServedLists(actor, deploymentId, parseListQuery(said, SERVED_LIST, "lists")),
      listServices(actor, deploymentId),
    ]),
  );
  const take = actor.can("allowlist.export") && (
    <ExportAllowlist deploymentId={deploymentId} formats={OFFERED_FORMATS} />
  );
  const serve = actor.can("served_list.create") && !now.archived && (
    <ServeList deploymentId={deploymentId} services={services} />
  );
  return (
    <div className="grid min-w-0 gap-5">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="grid min-w-0 gap-1">
          <h2 className="font-semibold text-lg">Exports</h2>
          <p className="max-w-2xl text-muted text-sm">
            Who took this allowlist away, and whether what they have still says what is in force.
          </p>
          <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-muted text-sm">
            In force now: {now.rules} {now.rules === 1 ? "rule" : "rules"}, content
            <code className="text-ink text-xs" title={now.digest}>
              sha256:{now.digest.slice(0, 16)}…
            </code>
            <CopyButton value={now.digest} label="SHA-256 of the content" />
          </p>
        </div>
        <div className="flex flex-wrap items-center gap-2">{take}</div>
      </header>
      <Card
        title="Lists that firewalls fetch"
        description="Addresses of the rules in force, one network a line, at a URL that only its firewall knows."
        actions={serve || undefined}
        flush
      >
        <ServedListsTable page={lists} mayRevoke={actor.can("served_list.revoke")} />
      </Card>
      <section className="grid min-w-0 gap-2.5">
        <h3 className="font-semibold text-sm">History</h3>
        <HistoryTable
          deploymentId={deploymentId}
          page={page}
          formats={[...EXPORT_NAMES].map(([value, label]) => ({ value, label }))}
        />
      </section>
    </div>
  );
}
