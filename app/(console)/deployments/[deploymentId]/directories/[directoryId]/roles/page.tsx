import { ConsoleRoles } from "#components/directory-content/console-roles.tsx";
import { DirectoryHead } from "#components/directory-content/directory-head.tsx";
import { NotAnswered } from "#components/directory-content/not-answered.tsx";
import { OutcomesTable } from "#components/directory-content/outcomes-table.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { requireActor } from "#lib/auth/session.ts";
import { getDirectory } from "#lib/directories/queries.ts";
import { listOutcomes, readRolePlan } from "#lib/directory-content/queries.ts";
import { OUTCOME_LIST } from "#lib/directory-content/schema.ts";
import type { RolePlan } from "#lib/drivers/directory-content-port.ts";
import { parseListQuery, type SearchParams } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export default async function DirectoryRolesPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/directories/[directoryId]/roles">) {
  const { deploymentId, directoryId } = await params;
  const actor = await requireActor();
  const directory = await orNotFound(() => getDirectory(actor, deploymentId, directoryId));
  const live = await orNotFound(() => readRolePlan(actor, directoryId));
  return (
    <div className="grid min-w-0 gap-4">
      <DirectoryHead actor={actor} directory={directory} />
      {live.state === "answered" ? (
        <>
          <ConsoleRoles
            directoryId={directoryId}
            plan={live.plan}
            preview={live.preview}
            may={{
              draft: actor.can("directory.draft_roles"),
              activate: actor.can("directory.activate_roles"),
              goBack: actor.can("directory.return_roles"),
            }}
          />
          {live.plan.draft && (
            <Outcomes actor={actor} directoryId={directoryId} plan={live.plan} query={await searchParams} />
          )}
        </>
      ) : (
        <NotAnswered live={live} title="The roles could not be read." />
      )}
    </div>
  );
}

interface OutcomesProps {
  actor: Actor;
  directoryId: string;
  plan: RolePlan;
  query: SearchParams;
}

/** Person by person what the draft would change. */
async function Outcomes({ actor, directoryId, plan, query }: OutcomesProps) {
  const live = await orNotFound(() => listOutcomes(actor, directoryId, parseListQuery(query, OUTCOME_LIST)));
  return live.state === "answered" ? (
    <OutcomesTable page={live.page} roles={plan.roles} />
  ) : (
    <NotAnswered live={live} title="The preview could not be read." />
  );
}
