import { Boxes, Link2 } from "lucide-react";
import type { Route } from "next";
import { forbidden } from "next/navigation";
import { PlacePicker } from "#components/connections/place-picker.tsx";
import { SetupLink } from "#components/connections/setup-link.tsx";
import { NewDirectoryForm } from "#components/directories/new-directory-form.tsx";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { TryAgain } from "#components/ui/try-again.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listOrganizations } from "#lib/connections/queries.ts";
import { listDirectoryPlaces } from "#lib/directories/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function NewDirectoryPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/directories/new">) {
  const { deploymentId } = await params;
  const { environment } = await searchParams;
  const actor = await requireActor();
  if (!actor.can("directory.create")) forbidden();
  const places = await listDirectoryPlaces(actor, deploymentId);
  const place = places.find(({ id }) => id === environment) ?? places[0];
  if (!place) return <NoPlace deploymentId={deploymentId} />;
  const { organizations, problem } = await orNotFound(() => listOrganizations(actor, place.id));
  const link = (
    <SetupLink
      environmentId={place.id}
      organizations={organizations}
      purpose="directory"
      trigger={<Button variant="primary">Create set-up link</Button>}
    />
  );
  return (
    <div className="grid w-full max-w-3xl gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="font-semibold text-lg">New directory</h2>
        {!place.whyNoDirectories && actor.can("setup_link.create") && (
          <LinkButton
            icon={<Link2 />}
            href={
              `/deployments/${deploymentId}/setup-links/new?environment=${place.id}&purpose=dsync` as Route
            }
          >
            Have the customer’s IT do it
          </LinkButton>
        )}
      </div>
      <PlacePicker path={`/deployments/${deploymentId}/directories/new`} places={places} chosen={place.id} />
      {problem ? (
        <div className="rounded-lg border border-line bg-surface">
          <ErrorState title="The environment does not answer." action={<TryAgain />}>
            {problem}
          </ErrorState>
        </div>
      ) : place.whyNoDirectories ? (
        <Callout title="Directories of this environment are made by its own people." action={link}>
          {place.whyNoDirectories}
        </Callout>
      ) : (
        <NewDirectoryForm
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
      A directory lives in an environment. Make one first.
    </EmptyState>
  );
}
