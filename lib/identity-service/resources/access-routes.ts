import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { type PermissionRow, permissionToWire } from "../authorization/permissions.ts";
import { alone } from "../db.ts";
import { type FullMembershipRow, membershipToWire } from "../memberships/membership.ts";
import type { Service } from "../service.ts";
import { invalid } from "../wire/errors.ts";
import { readList, readPage } from "../wire/pagination.ts";
import { one, type Params, parse } from "../wire/params.ts";
import {
  isAuthorized,
  membersWith,
  organizationOf,
  permissionsOn,
  requirePermission,
  resourcesWith,
} from "./access.ts";
import { NameResource, named, type Reference, readReference } from "./reference.ts";
import { type ResourceRow, resourceToWire } from "./resource.ts";
import { placeOf, RESOURCE_ADDRESSES } from "./routes.ts";
import { findResource } from "./tree.ts";

interface OfMember {
  Params: { membershipId: string; resourceId?: string; type?: string; externalId?: string };
  Querystring: Params;
}

const Check = z
  .object({ permission_slug: z.string().min(1) })
  .and(NameResource.transform((resource) => ({ resource })));

/** Who may do what: asked of one member and one resource, or listed from either side. */
export function accessRoutes(app: FastifyInstance, { db }: Service): void {
  const member = "/authorization/organization_memberships/:membershipId";
  app.post<OfMember>(`${member}/check`, async ({ environmentId, params, body }) => {
    const { permission_slug, resource } = parse(Check, body);
    const question = { environmentId, membershipId: params.membershipId, permissionSlug: permission_slug };
    return { authorized: await isAuthorized(db, question, named(resource)) };
  });
  app.get<OfMember>(`${member}/resources`, async ({ environmentId, params: { membershipId }, query }) => {
    const permissionSlug = readPermission(query);
    const parent = readReference(query, "parent_resource_", "parent_resource_external_id");
    const run = alone(db, environmentId);
    const organizationId = await organizationOf(run, environmentId, membershipId);
    await requirePermission(run, environmentId, permissionSlug);
    const above = await findResource(run, environmentId, organizationId, named(parent, "parent_resource_"));
    const source = resourcesWith({ environmentId, membershipId, permissionSlug }, above);
    return await readList<ResourceRow, unknown>(db, environmentId, source, readPage(query), resourceToWire);
  });
  for (const at of [
    `${member}/resources/:resourceId/permissions`,
    `${member}/resources/:type/:externalId/permissions`,
    // Where the Node SDK 11 looks, whatever the OpenAPI document says.
    "/authorization/resources/:resourceId/organization_memberships/:membershipId/permissions",
  ])
    app.get<OfMember>(at, async ({ environmentId, params, query }) => {
      const { membershipId, resourceId, type = "", externalId = "" } = params;
      const run = alone(db, environmentId);
      const organizationId = await organizationOf(run, environmentId, membershipId);
      const reference: Reference = resourceId === undefined ? { type, externalId } : { id: resourceId };
      const resource = await findResource(run, environmentId, organizationId, reference);
      const source = permissionsOn(environmentId, membershipId, resource);
      return await readList<PermissionRow, unknown>(
        db,
        environmentId,
        source,
        readPage(query),
        permissionToWire,
      );
    });
  for (const at of RESOURCE_ADDRESSES)
    app.get<{ Params: object; Querystring: Params }>(`${at}/organization_memberships`, async (request) => {
      const { environmentId, query } = request;
      const { organizationId, reference } = placeOf(request);
      const [permissionSlug, direct] = [readPermission(query), readAssignment(query) === "direct"];
      const run = alone(db, environmentId);
      const resource = await findResource(run, environmentId, organizationId, reference);
      await requirePermission(run, environmentId, permissionSlug);
      const source = membersWith(environmentId, permissionSlug, resource, direct);
      return await readList<FullMembershipRow, unknown>(
        db,
        environmentId,
        source,
        readPage(query),
        membershipToWire,
      );
    });
}

function readPermission(query: Params): string {
  const slug = one(query, "permission_slug");
  if (slug !== undefined) return slug;
  throw invalid([{ field: "permission_slug", code: "required", message: "Give a permission_slug." }]);
}

function readAssignment(query: Params): "direct" | "indirect" {
  const assignment = one(query, "assignment") ?? "direct";
  if (assignment === "direct" || assignment === "indirect") return assignment;
  throw invalid([
    { field: "assignment", code: "invalid", message: "assignment must be direct or indirect." },
  ]);
}
