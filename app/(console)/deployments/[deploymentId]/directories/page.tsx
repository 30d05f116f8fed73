import { Link2, Plus } from "lucide-react";
import type { Route } from "next";
import { DirectoriesTable } from "#components/directories/directories-table.tsx";
import { OpenOperations } from "#components/operations/open-operations.tsx";
import { LinkButton } from "#components/ui/button.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { listDirectories, listDirectoryPlaces } from "#lib/directories/queries.ts";
import { DIRECTORY_LIST } from "#lib/directories/schema.ts";
import { listOpenOperations } from "#lib/operations/queries.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function DirectoriesPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/directories">) {
  const { deploymentId } = await params;
  const actor = await requireActor();
  const query = parseListQuery(await searchParams, DIRECTORY_LIST);
  const page = await orNotFound(() => listDirectories(actor, deploymentId, query));
  const places = await listDirectoryPlaces(actor, deploymentId);
  const operations = actor.can("operation.read") ? await listOpenOperations(actor, deploymentId) : [];
  const byHand = places.some(({ whyNoDirectories }) => whyNoDirectories === null);
  const create = actor.can("directory.create") && places.length > 0 && (
    <LinkButton
      variant="primary"
      icon={byHand ? <Plus /> : <Link2 />}
      href={`/deployments/${deploymentId}/directories/new` as Route}
    >
      {byHand ? "New directory" : "Send set-up link"}
    </LinkButton>
  );
  const send = byHand && actor.can("setup_link.create") && (
    <LinkButton icon={<Link2 />} href={`/deployments/${deploymentId}/setup-links/new?purpose=dsync` as Route}>
      Send set-up link
    </LinkButton>
  );
  return (
    <div className="grid min-w-0 gap-4">
      <OpenOperations operations={operations} />
      <DirectoriesTable
        deploymentId={deploymentId}
        page={page}
        environments={places}
        actions={create || undefined}
        begin={
          send ? (
            <span className="flex flex-wrap justify-center gap-2">
              {create}
              {send}
            </span>
          ) : undefined
        }
      />
    </div>
  );
}
