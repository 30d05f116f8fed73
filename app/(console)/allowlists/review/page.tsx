import type { Metadata } from "next";
import { ReviewTable } from "#components/fleet/review-table.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { countUnwatched, listRulesToReview } from "#lib/fleet/queries.ts";
import { REVIEW_LIST } from "#lib/fleet/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { customersToFilterBy } from "../../customers-to-filter-by.ts";

export const metadata: Metadata = { title: "Rules to review" };

export default async function ReviewPage({ searchParams }: PageProps<"/allowlists/review">) {
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, REVIEW_LIST);
  const [page, unwatched, customers] = await Promise.all([
    orNotFound(() => listRulesToReview(actor, query)),
    orNotFound(() => countUnwatched(actor)),
    customersToFilterBy(actor, query.filters.customer),
  ]);
  return (
    <div className="grid gap-4">
      <ReviewTable page={page} customers={customers} />
      {unwatched > 0 && (
        <p className="text-muted text-sm">
          {unwatched === 1 ? "One deployment has" : `${unwatched.toLocaleString("en")} deployments have`} no
          gateway that has reported for 90 days: whether their rules are used, nobody knows.
        </p>
      )}
    </div>
  );
}
