import { Plus } from "lucide-react";
import type { Route } from "next";
import { DomainDrawer } from "#components/domains/domain-drawer.tsx";
import { DomainsTable } from "#components/domains/domains-table.tsx";
import { OpenOperations } from "#components/operations/open-operations.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listConnectionPlaces } from "#lib/connections/queries.ts";
import { getDomain, listDomains } from "#lib/domains/queries.ts";
import { DOMAIN_LIST } from "#lib/domains/schema.ts";
import { listOpenOperations } from "#lib/operations/queries.ts";
import { parseListQuery, type SearchParams, urlWithout } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function DomainsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/domains">) {
  const { deploymentId } = await params;
  const query = await searchParams;
  const actor = await requireActor();
  const page = await orNotFound(() => listDomains(actor, deploymentId, parseListQuery(query, DOMAIN_LIST)));
  const places = await listConnectionPlaces(actor, deploymentId);
  const operations = actor.can("operation.read") ? await listOpenOperations(actor, deploymentId) : [];
  const add = actor.can("domain.add") && places.length > 0 && (
    <LinkButton variant="primary" icon={<Plus />} href={`/deployments/${deploymentId}/domains/new` as Route}>
      Add domain
    </LinkButton>
  );
  return (
    <div className="grid min-w-0 gap-4">
      <OpenOperations operations={operations} />
      <DomainsTable page={page} environments={places} actions={add || undefined} />
      <OpenDomain actor={actor} deploymentId={deploymentId} query={query} />
    </div>
  );
}

interface OpenDomainProps {
  actor: Actor;
  deploymentId: string;
  query: SearchParams;
}

/** The one that the URL names, beside the list. */
async function OpenDomain({ actor, deploymentId, query }: OpenDomainProps) {
  const id = query.domain;
  if (typeof id !== "string") return null;
  const domain = await orNotFound(() => getDomain(actor, deploymentId, id));
  return (
    <DomainDrawer
      key={id}
      domain={domain}
      may={{
        check: actor.can("domain.check"),
        verifyByHand: actor.can("domain.verify_by_hand"),
        remove: actor.can("domain.remove"),
      }}
      closeHref={`/deployments/${deploymentId}/domains${urlWithout(query, "domain")}`}
    />
  );
}
