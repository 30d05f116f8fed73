import type { Route } from "next";
import { CrossingDrawer } from "#components/crossings/crossing-drawer.tsx";
import { CrossingsTable } from "#components/crossings/crossings-table.tsx";
import { FacetsPanel } from "#components/crossings/facets.tsx";
import { Histogram } from "#components/crossings/histogram.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { countFacets, crossingHistogram, getCrossing, listCrossings } from "#lib/crossings/queries.ts";
import { crossingQuery } from "#lib/crossings/schema.ts";
import { CROSSING_LIST } from "#lib/crossings/shape.ts";
import type { CrossingScope } from "#lib/crossings/where.ts";
import { isNarrowed, parseListQuery, type SearchParams, urlWithout } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { customersToFilterBy } from "../customers-to-filter-by.ts";

interface CrossingsExplorerProps {
  actor: Actor;
  path: string;
  params: SearchParams;
  scope?: CrossingScope;
}

/** When it crossed, what it can be narrowed by, the list, and where the URL names one, that crossing beside it. */
export async function CrossingsExplorer({ actor, path, params, scope = {} }: CrossingsExplorerProps) {
  const query = crossingQuery(parseListQuery(params, CROSSING_LIST));
  const ref = typeof params.crossing === "string" ? params.crossing : null;
  const [page, histogram, facets, customers, crossing] = await orNotFound(() =>
    Promise.all([
      listCrossings(actor, query, scope),
      crossingHistogram(actor, query, scope),
      countFacets(actor, query, scope),
      scope.deploymentId ? [] : customersToFilterBy(actor, query.filters.customer),
      ref ? getCrossing(actor, ref, scope) : null,
    ]),
  );
  const nothing = page.total === 0 && !isNarrowed(query);
  const table = (
    <CrossingsTable
      page={page}
      ofDeployment={scope.deploymentId !== undefined}
      begin={<Begin scope={scope} />}
    />
  );
  return (
    <>
      {nothing ? (
        table
      ) : (
        <>
          <Histogram histogram={histogram} />
          <div className="grid items-start gap-4 lg:grid-cols-[15rem_minmax(0,1fr)]">
            <FacetsPanel facets={facets} customers={customers} problem={query.problem} />
            {table}
          </div>
        </>
      )}
      {crossing && (
        <CrossingDrawer
          key={crossing.id}
          crossing={crossing}
          closeHref={`${path}${urlWithout(params, "crossing")}`}
          togetherHref={`${path}?q=${encodeURIComponent(crossing.correlationId ?? "")}`}
          may={{ readAudit: actor.can("audit.read") }}
        />
      )}
    </>
  );
}

function Begin({ scope: { deploymentId } }: { scope: CrossingScope }) {
  return deploymentId ? (
    <LinkButton href={`/deployments/${deploymentId}/gateway` as Route} variant="primary">
      Set up its gateway
    </LinkButton>
  ) : (
    <LinkButton href="/deployments" variant="primary">
      Choose a deployment
    </LinkButton>
  );
}
