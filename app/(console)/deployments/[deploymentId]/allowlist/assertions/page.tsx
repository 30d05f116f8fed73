import type { Metadata } from "next";
import { AddAssertion } from "#components/allowlist/analysis/assertion-form.tsx";
import { AssertionsTable } from "#components/allowlist/analysis/assertions-table.tsx";
import { SetChoices } from "#components/allowlist/set-choices.tsx";
import { BasketBar } from "#components/change-requests/basket-bar.tsx";
import { ASSERTION_LIST, listAssertions } from "#lib/allowlist/assertions/queries.ts";
import { listSetChoices } from "#lib/allowlist/sets/queries.ts";
import { requireActor } from "#lib/auth/session.ts";
import { getBasket } from "#lib/change-requests/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Assertions" };

export default async function AssertionsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/allowlist/assertions">) {
  const { deploymentId } = await params;
  const said = await searchParams;
  const actor = await requireActor();
  const [{ page, archived }, basket, sets] = await orNotFound(() =>
    Promise.all([
      listAssertions(actor, deploymentId, parseListQuery(said, ASSERTION_LIST)),
      getBasket(actor, deploymentId),
      listSetChoices(actor, deploymentId),
    ]),
  );
  const mayDraft = actor.can("change_request.draft") && !archived;
  const add = mayDraft ? <AddAssertion deploymentId={deploymentId} /> : undefined;
  return (
    <SetChoices value={sets}>
      <div className="grid min-w-0 gap-5">
        <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
          <p className="max-w-2xl text-muted text-sm">
            What must pass, and what must not, whatever else changes. A change that breaks one cannot be
            proposed.
          </p>
          {page.total > 0 && add}
        </div>
        <BasketBar deploymentId={deploymentId} basket={basket} />
        <AssertionsTable deploymentId={deploymentId} page={page} mayRetire={mayDraft} add={add} />
      </div>
    </SetChoices>
  );
}
