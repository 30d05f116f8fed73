import { Boxes } from "lucide-react";
import type { Route } from "next";
import { forbidden } from "next/navigation";
import { PlacePicker } from "#components/connections/place-picker.tsx";
import { SetupLink } from "#components/connections/setup-link.tsx";
import { NewSetupLink } from "#components/setup-links/new-setup-link.tsx";
import { Button, LinkButton } from "#components/ui/button.tsx";
import { Callout } from "#components/ui/callout.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { ErrorState } from "#components/ui/error-state.tsx";
import { TryAgain } from "#components/ui/try-again.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listConnectionPlaces, listOrganizations } from "#lib/connections/queries.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { LOCALES } from "#lib/portal/texts/locales.ts";
import { textsIn, translatorFor } from "#lib/portal/texts.ts";
import { OFFERED_PURPOSES } from "#lib/setup-links/shape.ts";
import { getVendor } from "#lib/vendor/queries.ts";

export default async function NewSetupLinkPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/setup-links/new">) {
  const { deploymentId } = await params;
  const { environment, purpose } = await searchParams;
  const actor = await requireActor();
  if (!actor.can("setup_link.create")) forbidden();
  const path = `/deployments/${deploymentId}/setup-links`;
  const places = await orNotFound(() => listConnectionPlaces(actor, deploymentId));
  const place = places.find(({ id }) => id === environment) ?? places[0];
  if (!place) return <NoPlace deploymentId={deploymentId} />;
  const { organizations, problem } = await orNotFound(() => listOrganizations(actor, place.id));
  const picker = <PlacePicker key="environment" path={`${path}/new`} places={places} chosen={place.id} />;
  return (
    <div className="grid w-full max-w-3xl gap-4">
      <h2 className="font-semibold text-lg">New set-up link</h2>
      {problem ? (
        <>
          {picker}
          <div className="rounded-lg border border-line bg-surface">
            <ErrorState title="The environment does not answer." action={<TryAgain />}>
              {problem}
            </ErrorState>
          </div>
        </>
      ) : place.driver === "workos" ? (
        <>
          {picker}
          <MadeByWorkos environmentId={place.id} organizations={organizations} />
        </>
      ) : (
        <NewSetupLink
          key={place.id}
          environmentId={place.id}
          organizations={organizations}
          purposes={OFFERED_PURPOSES.filter((one) => one === (purpose ?? "sso"))}
          vendor={await getVendor(actor)}
          sheets={LOCALES.map((locale) => ({
            ...textsIn(locale, "sheet", "shell"),
            name: translatorFor(locale, "shell")(`language.${locale}`),
          }))}
          backHref={path}
          picker={picker}
        />
      )}
    </div>
  );
}

/** In the cloud the portal is WorkOS's own: its link lasts minutes, and this console keeps no list of them. */
function MadeByWorkos(props: { environmentId: string; organizations: { id: string; name: string }[] }) {
  return (
    <Callout
      title="Links of this environment are made by WorkOS."
      action={
        <div className="flex flex-wrap gap-2">
          <SetupLink {...props} trigger={<Button variant="primary">For sign-in</Button>} />
          <SetupLink {...props} purpose="directory" trigger={<Button>For a directory</Button>} />
        </div>
      }
    >
      They lead to WorkOS’s own portal, work for five minutes, cannot be revoked, and are not listed here.
    </Callout>
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
      What a link sets up lives in an environment. Make one first.
    </EmptyState>
  );
}
