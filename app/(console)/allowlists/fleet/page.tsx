import type { Metadata } from "next";
import { BulksTable } from "#components/fleet/bulks-table.tsx";
import { DriftSubjects } from "#components/fleet/drift-subjects.tsx";
import { DriftTable } from "#components/fleet/drift-table.tsx";
import { Card } from "#components/ui/card.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listBulks, listDrift, listDriftSubjects } from "#lib/fleet/queries.ts";
import { BULK_LIST, DRIFT_LIST } from "#lib/fleet/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { customersToFilterBy } from "../../customers-to-filter-by.ts";

export const metadata: Metadata = { title: "Fleet" };

export default async function FleetPage({ searchParams }: PageProps<"/allowlists/fleet">) {
  const actor = await requireActor();
  const params = await searchParams;
  const query = parseListQuery(params, DRIFT_LIST);
  const [[page, subjects, bulks], customers] = await Promise.all([
    orNotFound(() =>
      Promise.all([
        listDrift(actor, query),
        listDriftSubjects(actor),
        listBulks(actor, parseListQuery(params, BULK_LIST, "bulk")),
      ]),
    ),
    customersToFilterBy(actor, query.filters.customer),
  ]);
  return (
    <div className="grid gap-5">
      <DriftSubjects subjects={subjects} mayAsk={actor.can("change_request.start_bulk")} />
      <DriftTable page={page} subjects={subjects} customers={customers} />
      {bulks.total > 0 && (
        <Card
          flush
          title="Asked for everywhere"
          description="Changes proposed at many deployments at once, and how many are verified on site."
        >
          <BulksTable page={bulks} />
        </Card>
      )}
    </div>
  );
}
