import { Boxes, Building } from "lucide-react";
import type { Route } from "next";
import { forbidden } from "next/navigation";
import { PlacePicker } from "#components/connections/place-picker.tsx";
import { AddDomainForm } from "#components/domains/add-domain-form.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { TryAgain } from "#components/ui/try-again.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listConnectionPlaces, listOrganizations } from "#lib/connections/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function AddDomainPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/domains/new">) {
  const { deploymentId } = await params;
  const { environment } = await searchParams;
  const actor = await requireActor();
  if (!actor.can("domain.add")) forbidden();
  const places = await listConnectionPlaces(actor, deploymentId);
  const place = places.find(({ id }) => id === environment) ?? places[0];
  if (!place) return <NoPlace deploymentId={deploymentId} />;
  const { organizations, problem } = await orNotFound(() => listOrganizations(actor, place.id));
  return (
    <div className="grid w-full max-w-3xl gap-4">
      <h2 className="font-semibold text-lg">Add a domain</h2>
      <PlacePicker path={`/deployments/${deploymentId}/domains/new`} places={places} chosen={place.id} />
      {problem ? (
        <div className="rounded-lg border border-line bg-surface">
          <ErrorState title="The environment does not answer." action={<TryAgain />}>
            {problem}
          </ErrorState>
        </div>
      ) : organizations.length === 0 ? (
        <div className="rounded-lg border border-line bg-surface">
          <EmptyState icon={<Building />} title="This environment has no organization yet.">
            A domain belongs to an organization. One is made with its first connection, or by the application.
          </EmptyState>
        </div>
      ) : (
        <AddDomainForm
          key={place.id}
          deploymentId={deploymentId}
          environmentId={place.id}
          organizations={organizations}
        />
      )}
    </div>
  );
}

function NoPlace({ deploymentId }: { deploymentId: string }) {
  return (
    <EmptyState
      icon={<Boxes />}
      title="This deployment has no environment yet."
      action={
        <LinkButton variant="primary" href={`/deployments/${deploymentId}/environments` as Route}>
          Go to environments
        </LinkButton>
      }
    >
      A domain belongs to an organization of an environment. Make an environment first.
    </EmptyState>
  );
}
