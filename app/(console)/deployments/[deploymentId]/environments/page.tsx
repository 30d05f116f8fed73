import { Boxes, Plus } from "lucide-react";
import { EnvironmentPanel } from "#components/environments/environment-panel.tsx";
import { EnvironmentSwitch } from "#components/environments/environment-switch.tsx";
import { NewEnvironment } from "#components/environments/new-environment.tsx";
import { OpenOperations } from "#components/operations/open-operations.tsx";
import { Button } from "#components/ui/button.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { listKeys } from "#lib/api-keys/queries.ts";
import { KEY_LIST } from "#lib/api-keys/schema.ts";
import { requireActor } from "#lib/auth/session.ts";
import { listRedirectUriProofs } from "#lib/doctor/queries.ts";
import { getEnvironmentChoices, listEnvironments } from "#lib/environments/queries.ts";
import { listOpenOperations } from "#lib/operations/queries.ts";
import { isNarrowed, parseListQuery, type SearchParams } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { listRedirectUris } from "#lib/redirect-uris/queries.ts";
import { REDIRECT_URI_LIST } from "#lib/redirect-uris/schema.ts";
import { listServicesFor } from "#lib/services/queries.ts";

export default async function EnvironmentsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/environments">) {
  const { deploymentId } = await params;
  const query = await searchParams;
  const actor = await requireActor();
  const environments = await orNotFound(() => listEnvironments(actor, deploymentId));
  const choices = await getEnvironmentChoices(actor, deploymentId);
  const operations = actor.can("operation.read") ? await listOpenOperations(actor, deploymentId) : [];
  const create = actor.can("environment.create") && (
    <NewEnvironment
      deploymentId={deploymentId}
      choices={choices}
      services={await listServicesFor(actor, choices.customerId)}
      trigger={
        <Button variant="primary" icon={<Plus />}>
          New environment
        </Button>
      }
    />
  );
  const shown = environments.find(({ id }) => id === query.environment) ?? environments[0];
  return (
    <div className="grid min-w-0 gap-4">
      <OpenOperations operations={operations} />
      {shown ? (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <EnvironmentSwitch deploymentId={deploymentId} environments={environments} shown={shown.id} />
            {create}
          </div>
          <EnvironmentPanel
            deploymentId={deploymentId}
            environment={shown}
            {...(await listsOf(actor, shown.id, query))}
            rights={{
              change: actor.can("environment.change"),
              remove: actor.can("environment.remove"),
              createKeys: actor.can("api_key.create"),
              changeRedirectUris: actor.can("redirect_uri.change"),
            }}
          />
        </>
      ) : (
        <div className="rounded-lg border border-line bg-surface">
          <EmptyState icon={<Boxes />} title="No environments yet." action={create}>
            An environment is this deployment’s own, walled-off place to sign in: its client id, API keys,
            redirect URIs and connections.
          </EmptyState>
        </div>
      )}
    </div>
  );
}

const LONG = 10;

/** Its keys, where the role includes them, and its redirect URIs: each a list with its own part of the URL. */
async function listsOf(actor: Actor, environmentId: string, params: SearchParams) {
  const keyQuery = parseListQuery(params, KEY_LIST, "keys");
  const uriQuery = parseListQuery(params, REDIRECT_URI_LIST, "uris");
  const [keys, uris] = await Promise.all([
    actor.can("api_key.read") ? listKeys(actor, environmentId, keyQuery) : null,
    listRedirectUris(actor, environmentId, uriQuery),
  ]);
  const proofs = await listRedirectUriProofs(
    actor,
    uris.rows.map(({ id }) => id),
  );
  return {
    proofs,
    keys: keys && { page: keys, long: keys.total > LONG || isNarrowed(keyQuery) },
    redirectUris: { page: uris, long: uris.total > LONG || isNarrowed(uriQuery) },
  };
}
