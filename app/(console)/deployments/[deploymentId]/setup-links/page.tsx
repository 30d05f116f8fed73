import { Plus } from "lucide-react";
import type { Route } from "next";
import { SetupLinksTable } from "#components/setup-links/setup-links-table.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listEnvironments } from "#lib/environments/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { listSetupLinks } from "#lib/setup-links/queries.ts";
import { SETUP_LINK_LIST } from "#lib/setup-links/schema.ts";

export default async function SetupLinksPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/setup-links">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, SETUP_LINK_LIST);
  const page = await orNotFound(() => listSetupLinks(actor, deploymentId, query));
  const environments = await listEnvironments(actor, deploymentId);
  const make = actor.can("setup_link.create") && environments.length > 0 && (
    <LinkButton
      variant="primary"
      icon={<Plus />}
      href={`/deployments/${deploymentId}/setup-links/new` as Route}
    >
      New set-up link
    </LinkButton>
  );
  return (
    <SetupLinksTable
      page={page}
      environments={environments}
      mayRevoke={actor.can("setup_link.revoke")}
      actions={make || undefined}
    />
  );
}
