import type { FastifyInstance } from "fastify";
import { alone } from "../db.ts";
import { requireOrganization } from "../memberships/commands.ts";
import { type FullMembershipRow, membershipToWire } from "../memberships/membership.ts";
import { getMembership } from "../memberships/store.ts";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import { AddMember, ChangeGroup, CreateGroup, type GroupRow, groupToWire } from "./group.ts";
import { addGroupMember, membersOfGroup, removeGroupMember } from "./members.ts";
import { changeGroup, createGroup, getGroup, groups, groupsOfMember, removeGroup } from "./store.ts";

interface InOrganization {
  Params: { organizationId: string; groupId: string; membershipId: string };
  Querystring: Params;
}

export function groupRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/organizations/:organizationId/groups";
  app.post<InOrganization>(at, async ({ environmentId, params, body }, reply) => {
    const made = await createGroup(db, { environmentId, ...params }, parse(CreateGroup, body));
    return reply.code(201).send(groupToWire(made));
  });
  app.get<InOrganization>(at, async ({ environmentId, params, query }) => {
    await requireOrganization(alone(db, environmentId), environmentId, params.organizationId);
    const source = groups(environmentId, params.organizationId);
    return await readList<GroupRow, unknown>(db, environmentId, source, readPage(query), groupToWire);
  });
  app.get<InOrganization>(`${at}/:groupId`, async ({ environmentId, params }) =>
    groupToWire(await getGroup(db, { environmentId, ...params })),
  );
  app.patch<InOrganization>(`${at}/:groupId`, async ({ environmentId, params, body }) =>
    groupToWire(await changeGroup(db, { environmentId, ...params }, parse(ChangeGroup, body))),
  );
  app.delete<InOrganization>(`${at}/:groupId`, async ({ environmentId, params }, reply) => {
    await removeGroup(db, { environmentId, ...params });
    return reply.code(204).send();
  });
}

export function groupMemberRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/organizations/:organizationId/groups/:groupId/organization-memberships";
  app.post<InOrganization>(at, async ({ environmentId, params, body }) => {
    const { organization_membership_id } = parse(AddMember, body);
    return groupToWire(await addGroupMember(db, { environmentId, ...params }, organization_membership_id));
  });
  app.get<InOrganization>(at, async ({ environmentId, params, query }) => {
    const place = { environmentId, ...params };
    await getGroup(db, place);
    const source = membersOfGroup(place);
    return await readList<FullMembershipRow, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      membershipToWire,
    );
  });
  app.delete<InOrganization>(`${at}/:membershipId`, async ({ environmentId, params }, reply) => {
    await removeGroupMember(db, { environmentId, ...params }, params.membershipId);
    return reply.code(204).send();
  });
  app.get<{ Params: { id: string }; Querystring: Params }>(
    "/user_management/organization_memberships/:id/groups",
    async ({ environmentId, params, query }) => {
      await getMembership(db, environmentId, params.id);
      const source = groupsOfMember(environmentId, params.id);
      return await readList<GroupRow, unknown>(db, environmentId, source, readPage(query), groupToWire);
    },
  );
}
