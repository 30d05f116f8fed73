import type { FastifyInstance } from "fastify";
import type { Service } from "../service.ts";
import { invalid, refused } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { many, one, type Params, parse } from "../wire/params.ts";
import {
  changeMemberRoles,
  createMembership,
  deactivateMember,
  reactivateMember,
  removeMember,
} from "./commands.ts";
import {
  CreateMembership,
  type FullMembershipRow,
  membershipToWire,
  RoleChoice,
  STATUSES,
} from "./membership.ts";
import { getMembership, memberships } from "./store.ts";

interface ById {
  Params: { id: string };
}

export function membershipRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/user_management/organization_memberships";
  app.post(at, async ({ environmentId, body }, reply) => {
    const made = await createMembership(db, environmentId, parse(CreateMembership, body));
    return reply.code(201).send(membershipToWire(made));
  });
  app.get<{ Querystring: Params }>(at, async ({ environmentId, query }) => {
    const source = memberships(environmentId, readFilter(query));
    return await readList<FullMembershipRow, unknown>(
      db,
      environmentId,
      source,
      readPage(query),
      membershipToWire,
    );
  });
  app.get<ById>(`${at}/:id`, async ({ environmentId, params }) =>
    membershipToWire(await getMembership(db, environmentId, params.id)),
  );
  app.put<ById>(`${at}/:id`, async ({ environmentId, params, body }) =>
    membershipToWire(await changeMemberRoles(db, environmentId, params.id, parse(RoleChoice, body))),
  );
  app.put<ById>(`${at}/:id/deactivate`, async ({ environmentId, params }) =>
    membershipToWire(await deactivateMember(db, environmentId, params.id)),
  );
  app.put<ById>(`${at}/:id/reactivate`, async ({ environmentId, params }) =>
    membershipToWire(await reactivateMember(db, environmentId, params.id)),
  );
  app.delete<ById>(`${at}/:id`, async ({ environmentId, params }, reply) => {
    await removeMember(db, environmentId, params.id);
    return reply.code(200).send();
  });
}

/** Whose memberships; only the active ones unless others are asked for. */
function readFilter(query: Params) {
  const [userId, organizationId] = [one(query, "user_id"), one(query, "organization_id")];
  if (!userId && !organizationId)
    throw refused(400, "Give a user_id, an organization_id, or both.", "missing_user_id_or_organization_id");
  const statuses = many(query, "statuses");
  const unknown = statuses.find((status) => !STATUSES.some((known) => known === status));
  if (unknown !== undefined)
    throw invalid([{ field: "statuses", code: "invalid", message: `There is no status '${unknown}'.` }]);
  return { userId, organizationId, statuses: statuses.length > 0 ? statuses : ["active"] };
}
