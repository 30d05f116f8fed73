import type { FastifyInstance } from "fastify";
import { alone } from "../db.ts";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import { organizationOf } from "./access.ts";
import {
  type AssignmentRow,
  assignmentToWire,
  type GroupAssignmentRow,
  groupAssignmentToWire,
  RoleOnResource,
  RolesOnResources,
} from "./assignment.ts";
import {
  assignmentsOfMember,
  assignmentsOn,
  assignRole,
  removeAssignment,
  unassignRole,
} from "./assignments.ts";
import {
  assignGroupRole,
  assignmentsOfGroup,
  getGroupAssignment,
  lockGroup,
  removeGroupAssignment,
  replaceGroupRoles,
  unassignGroupRole,
} from "./group-assignments.ts";
import { placeOf, RESOURCE_ADDRESSES } from "./routes.ts";
import { findResource } from "./tree.ts";

interface OfMember {
  Params: { membershipId: string; id: string };
  Querystring: Params;
}
interface OfGroup {
  Params: { groupId: string; id: string };
  Querystring: Params;
}

export function roleAssignmentRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/authorization/organization_memberships/:membershipId/role_assignments";
  app.post<OfMember>(at, async ({ environmentId, params, body }, reply) => {
    const made = await assignRole(db, { environmentId, ...params }, parse(RoleOnResource, body));
    return reply.code(201).send(assignmentToWire(made));
  });
  app.get<OfMember>(at, async ({ environmentId, params, query }) => {
    await organizationOf(alone(db, environmentId), environmentId, params.membershipId);
    const on = {
      resourceId: one(query, "resource_id"),
      externalId: one(query, "resource_external_id"),
      type: one(query, "resource_type_slug"),
    };
    const source = assignmentsOfMember({ environmentId, ...params }, on);
    return await readList<AssignmentRow, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      assignmentToWire,
    );
  });
  app.delete<OfMember>(at, async ({ environmentId, params, body }, reply) => {
    await unassignRole(db, { environmentId, ...params }, parse(RoleOnResource, body));
    return reply.code(204).send();
  });
  app.delete<OfMember>(`${at}/:id`, async ({ environmentId, params }, reply) => {
    await removeAssignment(db, { environmentId, ...params }, params.id);
    return reply.code(204).send();
  });
  for (const resource of RESOURCE_ADDRESSES)
    app.get<{ Params: object; Querystring: Params }>(`${resource}/role_assignments`, async (request) => {
      const { environmentId, query } = request;
      const { organizationId, reference } = placeOf(request);
      const run = alone(db, environmentId);
      const found = await findResource(run, environmentId, organizationId, reference);
      const source = assignmentsOn(environmentId, found, one(query, "role_slug"));
      return await readList<AssignmentRow, unknown>(
        db,
        environmentId,
        source,
        readPage(query),
        assignmentToWire,
      );
    });
}

export function groupRoleAssignmentRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/authorization/groups/:groupId/role_assignments";
  const list = async (place: { environmentId: string; groupId: string }, query: Params) => {
    await lockGroup(alone(db, place.environmentId), place);
    const source = assignmentsOfGroup(place);
    const page = readPage(query);
    return await readList<GroupAssignmentRow, unknown>(
      db,
      place.environmentId,
      source,
      page,
      groupAssignmentToWire,
    );
  };
  app.get<OfGroup>(at, async ({ environmentId, params, query }) => list({ environmentId, ...params }, query));
  app.post<OfGroup>(at, async ({ environmentId, params, body }, reply) => {
    const made = await assignGroupRole(db, { environmentId, ...params }, parse(RoleOnResource, body));
    return reply.code(201).send(groupAssignmentToWire(made));
  });
  app.put<OfGroup>(at, async ({ environmentId, params, body, query }) => {
    const { role_assignments } = parse(RolesOnResources, body);
    await replaceGroupRoles(db, { environmentId, ...params }, role_assignments);
    return await list({ environmentId, ...params }, { limit: "100", ...query });
  });
  app.delete<OfGroup>(at, async ({ environmentId, params, body }, reply) => {
    await unassignGroupRole(db, { environmentId, ...params }, parse(RoleOnResource, body));
    return reply.code(204).send();
  });
  app.get<OfGroup>(`${at}/:id`, async ({ environmentId, params }) =>
    groupAssignmentToWire(await getGroupAssignment(db, { environmentId, ...params }, params.id)),
  );
  app.delete<OfGroup>(`${at}/:id`, async ({ environmentId, params }, reply) => {
    await removeGroupAssignment(db, { environmentId, ...params }, params.id);
    return reply.code(204).send();
  });
}
