import { DirectoryHead } from "#components/directory-content/directory-head.tsx";
import { GroupsTable } from "#components/directory-content/groups-table.tsx";
import { NotAnswered } from "#components/directory-content/not-answered.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getDirectory } from "#lib/directories/queries.ts";
import { listGroups } from "#lib/directory-content/queries.ts";
import { GROUP_LIST } from "#lib/directory-content/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function DirectoryGroupsPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/directories/[directoryId]/groups">) {
  const { deploymentId, directoryId } = await params;
  const actor = await requireActor();
  const directory = await orNotFound(() => getDirectory(actor, deploymentId, directoryId));
  const query = parseListQuery(await searchParams, GROUP_LIST);
  const live = await orNotFound(() => listGroups(actor, directoryId, query));
  return (
    <div className="grid min-w-0 gap-4">
      <DirectoryHead actor={actor} directory={directory} />
      {live.state === "answered" ? (
        <GroupsTable page={live.page} />
      ) : (
        <NotAnswered live={live} title="The groups could not be read." />
      )}
    </div>
  );
}
