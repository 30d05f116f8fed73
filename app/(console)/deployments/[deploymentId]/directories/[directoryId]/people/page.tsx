import { DirectoryHead } from "#components/directory-content/directory-head.tsx";
import { NotAnswered } from "#components/directory-content/not-answered.tsx";
import { PeopleTable } from "#components/directory-content/people-table.tsx";
import { requireActor } from "#lib/auth/session.ts";
import { getDirectory } from "#lib/directories/queries.ts";
import { listPeople } from "#lib/directory-content/queries.ts";
import { PEOPLE_LIST } from "#lib/directory-content/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function DirectoryPeoplePage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/directories/[directoryId]/people">) {
  const { deploymentId, directoryId } = await params;
  const actor = await requireActor();
  const directory = await orNotFound(() => getDirectory(actor, deploymentId, directoryId));
  const query = parseListQuery(await searchParams, PEOPLE_LIST);
  const live = await orNotFound(() => listPeople(actor, directoryId, query));
  return (
    <div className="grid min-w-0 gap-4">
      <DirectoryHead actor={actor} directory={directory} />
      {live.state === "answered" ? (
        <PeopleTable page={live.page} />
      ) : (
        <NotAnswered live={live} title="The people could not be read." />
      )}
    </div>
  );
}
