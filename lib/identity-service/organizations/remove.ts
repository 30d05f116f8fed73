import { dropConnection } from "../connections/remove.ts";
import { type Run, sql } from "../db.ts";
import { dropDirectory } from "../directories/commands.ts";
import { eventRow, recordEvents } from "../events/record.ts";
import { dropGroups } from "../groups/store.ts";
import type { Service } from "../service.ts";
import { revokeSessionsIn } from "../sessions/revoke.ts";
import { type MembershipRow, membershipInEvent } from "../users/membership.ts";
import { notFound } from "../wire/errors.ts";
import { tellDomain, tellOrganization } from "./events.ts";
import type { DomainRow } from "./organization.ts";
import { readOrganization } from "./store.ts";

const LOCK = sql(
  "organization_remove_lock",
  "SELECT id FROM identity.organizations WHERE environment_id = $1 AND id = $2 FOR UPDATE",
);
const CONNECTIONS = sql(
  "organization_remove_connections",
  "SELECT id FROM identity.connections WHERE environment_id = $1 AND organization_id = $2 ORDER BY id",
);
const DIRECTORIES = sql(
  "organization_remove_directories",
  "SELECT id FROM identity.directories WHERE environment_id = $1 AND organization_id = $2 ORDER BY id",
);
// In bites: an organization may have a hundred thousand members, and each is an event.
const LEAVE = sql(
  "organization_remove_members",
  `DELETE FROM identity.organization_memberships WHERE id IN (
     SELECT id FROM identity.organization_memberships WHERE environment_id = $1 AND organization_id = $2 ORDER BY id LIMIT 1000)
   RETURNING *`,
);
const DOMAINS = sql(
  "organization_remove_domains",
  "DELETE FROM identity.organization_domains WHERE environment_id = $1 AND organization_id = $2 RETURNING *",
);
const DELETE = sql(
  "organization_delete",
  "DELETE FROM identity.organizations WHERE environment_id = $1 AND id = $2 RETURNING id",
);

/** Removes an organization and what is only its own: connections, directories, groups, memberships, sessions and domains, each with its event. */
export async function removeOrganization({ db }: Service, environmentId: string, id: string): Promise<void> {
  await db.transaction(environmentId, async (run) => {
    if ((await run(LOCK, [environmentId, id])).length === 0) throw notFound("Organization", id);
    const row = await readOrganization(run, environmentId, id);
    await revokeSessionsIn(run, environmentId, id);
    for (const connection of await run<{ id: string }>(CONNECTIONS, [environmentId, id]))
      await dropConnection(run, environmentId, connection.id);
    for (const directory of await run<{ id: string }>(DIRECTORIES, [environmentId, id]))
      await dropDirectory(run, environmentId, directory.id);
    // Before the members: of a group that is gone, nobody is told who left it.
    await dropGroups(run, environmentId, id);
    while ((await removeSomeMembers(run, environmentId, id)) > 0);
    for (const domain of await run<DomainRow>(DOMAINS, [environmentId, id]))
      await tellDomain(run, environmentId, "deleted", domain);
    await run(DELETE, [environmentId, id]);
    await tellOrganization(run, environmentId, "deleted", row);
  });
}

async function removeSomeMembers(run: Run, environmentId: string, organizationId: string): Promise<number> {
  const gone = await run<MembershipRow>(LEAVE, [environmentId, organizationId]);
  const events = gone.map((row) =>
    eventRow(environmentId, row.id, {
      event: "organization_membership.deleted",
      data: membershipInEvent(row),
      organizationId,
    }),
  );
  await recordEvents(run, events);
  return gone.length;
}
