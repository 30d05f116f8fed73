import type { Metadata } from "next";
import { BulkActions } from "#components/fleet/bulk-actions.tsx";
import { BulkItemsTable } from "#components/fleet/bulk-items-table.tsx";
import { BulkProgress } from "#components/fleet/bulk-progress.tsx";
import { Card } from "#components/ui/card.tsx";
import { RefreshWhile } from "#components/ui/refresh-while.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getBulk, listBulkItems } from "#lib/fleet/queries.ts";
import { BULK_ITEM_LIST } from "#lib/fleet/schema.ts";
import { BULK_WORDS } from "#lib/fleet/words.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Asked for everywhere" };

export default async function BulkPage({ params, searchParams }: PageProps<"/allowlists/fleet/[bulkId]">) {
  const actor = await requireActor();
  const { bulkId } = await params;
  const query = parseListQuery(await searchParams, BULK_ITEM_LIST);
  const [bulk, page] = await orNotFound(() =>
    Promise.all([getBulk(actor, bulkId), listBulkItems(actor, bulkId, query)]),
  );
  return (
    <div className="grid gap-5">
      <RefreshWhile busy={bulk.state === "running"} />
      <Card
        title={`${bulk.subjectName}, version ${bulk.versionNumber}`}
        description={`${BULK_WORDS[bulk.state]}. Asked for by ${bulk.createdByName}${bulk.ticket && `, ticket ${bulk.ticket}`}.`}
        actions={actor.can("change_request.start_bulk") && <BulkActions bulkId={bulkId} state={bulk.state} />}
        footer={bulk.reason}
      >
        <BulkProgress counts={bulk.counts} />
      </Card>
      <BulkItemsTable page={page} />
    </div>
  );
}
