import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Service } from "../service.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { type Params, parse } from "../wire/params.ts";
import {
  ChangePermission,
  CreatePermission,
  changePermission,
  createPermission,
  getPermission,
  type PermissionRow,
  permissions,
  permissionToWire,
  removePermission,
} from "./permissions.ts";
import {
  ChangeRole,
  CreateOrganizationRole,
  CreateRole,
  OnePermission,
  PermissionSlugs,
  type RoleRow,
  roleToWire,
} from "./role.ts";
import {
  addRolePermission,
  changeRole,
  createRole,
  getRole,
  listRoles,
  type RoleOwner,
  removeRole,
  removeRolePermission,
  requireOrganization,
  setRolePermissions,
} from "./roles.ts";

interface BySlug {
  Params: { slug: string };
}
interface ByOrganization {
  Params: { organizationId: string; slug: string; permission: string };
}

// Role lists have no `list_metadata`: SDKs read them whole.
const rolesToWire = (rows: RoleRow[]) => ({ object: "list" as const, data: rows.map(roleToWire) });

export function permissionRoutes(app: FastifyInstance, { db }: Service): void {
  const at = "/authorization/permissions";
  app.get<{ Querystring: Params }>(at, async ({ environmentId, query }) =>
    readList<PermissionRow, unknown>(
      db,
      environmentId,
      permissions(environmentId),
      readPage(query),
      permissionToWire,
    ),
  );
  app.post(at, async ({ environmentId, body }, reply) =>
    reply
      .code(201)
      .send(permissionToWire(await createPermission(db, environmentId, parse(CreatePermission, body)))),
  );
  app.get<BySlug>(`${at}/:slug`, async ({ environmentId, params }) =>
    permissionToWire(await getPermission(db, environmentId, params.slug)),
  );
  app.patch<BySlug>(`${at}/:slug`, async ({ environmentId, params, body }) =>
    permissionToWire(await changePermission(db, environmentId, params.slug, parse(ChangePermission, body))),
  );
  app.delete<BySlug>(`${at}/:slug`, async ({ environmentId, params }, reply) => {
    await removePermission(db, environmentId, params.slug);
    return reply.code(204).send();
  });
}

export function roleRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  const owner = async ({ environmentId }: FastifyRequest): Promise<RoleOwner> => ({
    environmentId,
    organizationId: null,
  });
  app.post("/authorization/roles", async (request, reply) =>
    reply
      .code(201)
      .send(roleToWire(await createRole(db, await owner(request), parse(CreateRole, request.body)))),
  );
  commonRoleRoutes(app, service, "/authorization/roles", owner);
}

export function organizationRoleRoutes(app: FastifyInstance, service: Service): void {
  const { db } = service;
  const at = "/authorization/organizations/:organizationId/roles";
  const owner = async ({ environmentId, params }: FastifyRequest) =>
    await requireOrganization(db, environmentId, (params as ByOrganization["Params"]).organizationId);
  app.post<ByOrganization>(at, async (request, reply) => {
    const wanted = parse(CreateOrganizationRole, request.body);
    return reply.code(201).send(roleToWire(await createRole(db, await owner(request), wanted)));
  });
  commonRoleRoutes(app, service, at, owner);
  app.delete<ByOrganization>(`${at}/:slug`, async (request, reply: FastifyReply) => {
    const { organizationId, slug } = request.params;
    await removeRole(db, { ...(await owner(request)), organizationId }, slug);
    return reply.code(204).send();
  });
  app.delete<ByOrganization>(`${at}/:slug/permissions/:permission`, async (request) => {
    const { slug, permission } = request.params;
    return roleToWire(await removeRolePermission(db, await owner(request), slug, permission));
  });
  // What came before, and SDKs still call.
  app.get<{ Params: { organizationId: string } }>("/organizations/:organizationId/roles", async (request) =>
    rolesToWire(await listRoles(db, await owner(request))),
  );
}

/** What an environment's roles and an organization's have in common. */
function commonRoleRoutes(
  app: FastifyInstance,
  { db }: Service,
  at: string,
  owner: (request: FastifyRequest) => Promise<RoleOwner>,
): void {
  app.get(at, async (request) => rolesToWire(await listRoles(db, await owner(request))));
  app.get<BySlug>(`${at}/:slug`, async (request) =>
    roleToWire(await getRole(db, await owner(request), request.params.slug)),
  );
  app.patch<BySlug>(`${at}/:slug`, async (request) => {
    const change = parse(ChangeRole, request.body);
    return roleToWire(await changeRole(db, await owner(request), request.params.slug, change));
  });
  app.put<BySlug>(`${at}/:slug/permissions`, async (request) => {
    const { permissions } = parse(PermissionSlugs, request.body);
    return roleToWire(await setRolePermissions(db, await owner(request), request.params.slug, permissions));
  });
  app.post<BySlug>(`${at}/:slug/permissions`, async (request) => {
    const { slug } = parse(OnePermission, request.body);
    return roleToWire(await addRolePermission(db, await owner(request), request.params.slug, slug));
  });
}
