import { expect } from "vitest";
import { A_TIME, anId, newMember, notThere, type Scenario, type Stage } from "./stage.ts";

const slugsOf = ({ data }: { data: { slug: string }[] }) => data.map(({ slug }) => slug);

/** Permissions, a role on projects, a workspace and a project in it, and a member. */
async function projects(stage: Stage) {
  const { authorization } = stage.workos;
  for (const slug of ["project:read", "project:edit"])
    await authorization.createPermission({ slug, name: slug });
  await authorization.createEnvironmentRole({ slug: "editor", name: "Editor", resourceTypeSlug: "project" });
  const permissions = ["project:read", "project:edit"];
  await authorization.setEnvironmentRolePermissions("editor", { permissions });
  const { user, membership, organizationId } = await newMember(stage);
  const workspace = await authorization.createResource({
    organizationId,
    resourceTypeSlug: "workspace",
    externalId: "w1",
    name: "Workspace",
  });
  const project = await authorization.createResource({
    organizationId,
    resourceTypeSlug: "project",
    externalId: "p1",
    name: "Project",
    description: "First",
    parentResourceId: workspace.id,
  });
  return { user, organizationMembershipId: membership.id, organizationId, workspace, project };
}

export const AUTHORIZATION: Scenario[] = [
  {
    name: "permissions and roles of the environment",
    needs: ["authorization.createPermission"],
    async run({ workos: { authorization } }) {
      const permission = await authorization.createPermission({
        slug: "ships:read",
        name: "Read ships",
        description: "All of them",
      });
      expect(permission).toMatchObject({
        object: "permission",
        id: anId("perm"),
        slug: "ships:read",
        name: "Read ships",
        description: "All of them",
        system: false,
        createdAt: A_TIME,
      });
      expect(await authorization.getPermission("ships:read")).toEqual(permission);
      expect((await authorization.listPermissions()).data).toEqual([permission]);
      const renamed = await authorization.updatePermission("ships:read", { name: "See ships" });
      expect(renamed).toMatchObject({ id: permission.id, name: "See ships", description: "All of them" });
      await authorization.createPermission({ slug: "ships:sink", name: "Sink" });
      const role = await authorization.createEnvironmentRole({ slug: "pilot", name: "Pilot" });
      expect(role).toMatchObject({
        object: "role",
        id: anId("role"),
        slug: "pilot",
        name: "Pilot",
        description: null,
        permissions: [],
        type: "EnvironmentRole",
        resourceTypeSlug: "organization",
        createdAt: A_TIME,
      });
      const permissions = ["ships:read"];
      const set = await authorization.setEnvironmentRolePermissions("pilot", { permissions });
      expect(set).toMatchObject({ id: role.id, permissions });
      const added = await authorization.addEnvironmentRolePermission("pilot", {
        permissionSlug: "ships:sink",
      });
      expect([...added.permissions].sort()).toEqual(["ships:read", "ships:sink"]);
      const changed = await authorization.updateEnvironmentRole("pilot", { name: "Harbour pilot" });
      expect(changed).toMatchObject({ id: role.id, name: "Harbour pilot" });
      expect(await authorization.getEnvironmentRole("pilot")).toEqual(changed);
      expect(slugsOf(await authorization.listEnvironmentRoles()).sort()).toEqual([
        "admin",
        "member",
        "pilot",
      ]);
      expect(await authorization.deletePermission("ships:sink")).toBeUndefined();
      await expect(authorization.getPermission("ships:sink")).rejects.toMatchObject(notThere);
    },
  },
  {
    name: "roles of one organization",
    needs: ["authorization.createOrganizationRole"],
    async run({ workos: { authorization }, here: { organizationId } }) {
      for (const slug of ["ships:read", "ships:sink"])
        await authorization.createPermission({ slug, name: slug });
      const role = await authorization.createOrganizationRole(organizationId, {
        slug: "org-pilot",
        name: "Pilot",
      });
      expect(role).toMatchObject({
        object: "role",
        id: anId("role"),
        slug: "org-pilot",
        type: "OrganizationRole",
        permissions: [],
      });
      const set = await authorization.setOrganizationRolePermissions(organizationId, "org-pilot", {
        permissions: ["ships:read"],
      });
      expect(set).toMatchObject({ id: role.id, permissions: ["ships:read"] });
      const added = await authorization.addOrganizationRolePermission(organizationId, "org-pilot", {
        permissionSlug: "ships:sink",
      });
      expect([...added.permissions].sort()).toEqual(["ships:read", "ships:sink"]);
      expect(
        await authorization.removeOrganizationRolePermission(organizationId, "org-pilot", {
          permissionSlug: "ships:read",
        }),
      ).toBeUndefined();
      const changed = await authorization.updateOrganizationRole(organizationId, "org-pilot", {
        name: "Harbour pilot",
      });
      expect(changed).toMatchObject({ name: "Harbour pilot", permissions: ["ships:sink"] });
      expect(await authorization.getOrganizationRole(organizationId, "org-pilot")).toEqual(changed);
      const listed = await authorization.listOrganizationRoles(organizationId);
      expect(slugsOf(listed).sort()).toEqual(["admin", "member", "org-pilot"]);
      expect(await authorization.deleteOrganizationRole(organizationId, "org-pilot")).toBeUndefined();
      await expect(authorization.getOrganizationRole(organizationId, "org-pilot")).rejects.toMatchObject(
        notThere,
      );
    },
  },
  {
    name: "resources are made, read by either name, changed, listed and deleted",
    needs: ["authorization.createResource"],
    async run(stage) {
      const { authorization } = stage.workos;
      const { organizationId, workspace, project } = await projects(stage);
      expect(project).toMatchObject({
        object: "authorization_resource",
        id: anId("authz_resource"),
        externalId: "p1",
        name: "Project",
        description: "First",
        resourceTypeSlug: "project",
        organizationId,
        parentResourceId: workspace.id,
        createdAt: A_TIME,
      });
      const named = { organizationId, resourceTypeSlug: "project", externalId: "p1" };
      expect(await authorization.getResource(project.id)).toEqual(project);
      expect(await authorization.getResourceByExternalId(named)).toEqual(project);
      const beneath = await authorization.listResources({ parentResourceId: workspace.id });
      expect(beneath.data).toEqual([project]);
      const renamed = await authorization.updateResource({ resourceId: project.id, name: "Renamed" });
      expect(renamed).toMatchObject({ id: project.id, name: "Renamed", description: "First" });
      const again = await authorization.updateResourceByExternalId({ ...named, description: "Second" });
      expect(again).toMatchObject({ id: project.id, name: "Renamed", description: "Second" });
      const other = { organizationId, resourceTypeSlug: "project", externalId: "p2" };
      await authorization.createResource({ ...other, name: "P2", parentResourceId: workspace.id });
      expect(await authorization.deleteResourceByExternalId(other)).toBeUndefined();
      await expect(authorization.getResourceByExternalId(other)).rejects.toMatchObject(notThere);
      await authorization.deleteResource({ resourceId: workspace.id, cascadeDelete: true });
      await expect(authorization.getResource(project.id)).rejects.toMatchObject(notThere);
    },
  },
  {
    name: "a member is given a role on a resource, asked about and listed, and loses it",
    needs: ["authorization.assignRole"],
    async run(stage) {
      const { authorization } = stage.workos;
      const { organizationMembershipId, organizationId, workspace, project } = await projects(stage);
      const question = { organizationMembershipId, permissionSlug: "project:edit" };
      const may = async () => (await authorization.check({ ...question, resourceId: project.id })).authorized;
      expect(await may()).toBe(false);
      const given = await authorization.assignRole({
        organizationMembershipId,
        roleSlug: "editor",
        resourceExternalId: "p1",
        resourceTypeSlug: "project",
      });
      expect(given).toMatchObject({
        object: "role_assignment",
        id: anId("role_assignment"),
        role: { slug: "editor" },
        resource: { id: project.id, externalId: "p1", resourceTypeSlug: "project" },
        createdAt: A_TIME,
      });
      expect(await may()).toBe(true);
      expect((await authorization.listRoleAssignments({ organizationMembershipId })).data).toEqual([given]);
      const resources = await authorization.listResourcesForMembership({
        ...question,
        parentResourceId: workspace.id,
      });
      expect(resources.data).toEqual([project]);
      const who = { permissionSlug: "project:edit" };
      const members = [{ id: organizationMembershipId, organizationId, status: "active" }];
      const byId = await authorization.listMembershipsForResource({ ...who, resourceId: project.id });
      expect(byId.data).toMatchObject(members);
      const byName = await authorization.listMembershipsForResourceByExternalId({
        ...who,
        organizationId,
        resourceTypeSlug: "project",
        externalId: "p1",
      });
      expect(byName.data).toMatchObject(members);
      await authorization.removeRole({
        organizationMembershipId,
        roleSlug: "editor",
        resourceId: project.id,
      });
      expect(await may()).toBe(false);
      const again = await authorization.assignRole({
        organizationMembershipId,
        roleSlug: "editor",
        resourceId: project.id,
      });
      await authorization.removeRoleAssignment({ organizationMembershipId, roleAssignmentId: again.id });
      expect(await may()).toBe(false);
    },
  },
  {
    name: "what a resource has given to whom, and what a member may do on it",
    needs: ["authorization.listEffectivePermissions"],
    async run(stage) {
      const { authorization } = stage.workos;
      const { organizationMembershipId, organizationId, project } = await projects(stage);
      const given = await authorization.assignRole({
        organizationMembershipId,
        roleSlug: "editor",
        resourceId: project.id,
      });
      const resourceId = project.id;
      const named = { resourceTypeSlug: "project", externalId: "p1" };
      expect((await authorization.listRoleAssignmentsForResource({ resourceId })).data).toEqual([given]);
      const byName = await authorization.listResourceRoleAssignments({ organizationId, ...named });
      expect(byName.data).toEqual([given]);
      const may = await authorization.listEffectivePermissions({ organizationMembershipId, resourceId });
      expect(slugsOf(may).sort()).toEqual(["project:edit", "project:read"]);
      expect(may.data[0]).toMatchObject({ object: "permission", id: anId("perm"), createdAt: A_TIME });
      const same = await authorization.listEffectivePermissionsByExternalId({
        organizationMembershipId,
        ...named,
      });
      expect(same.data).toEqual(may.data);
    },
  },
  {
    name: "a group is given roles, which its members have",
    needs: ["authorization.createGroupRoleAssignment"],
    async run(stage) {
      const { authorization, groups } = stage.workos;
      const { organizationMembershipId, organizationId, project } = await projects(stage);
      const { id: groupId } = await groups.createGroup({ organizationId, name: "Keepers" });
      await groups.addOrganizationMembership({ organizationId, groupId, organizationMembershipId });
      const resourceId = project.id;
      const given = await authorization.createGroupRoleAssignment({
        groupId,
        roleSlug: "editor",
        resourceId,
      });
      expect(given).toMatchObject({
        object: "group_role_assignment",
        id: anId("gra"),
        groupId,
        role: { slug: "editor" },
        resource: { id: resourceId, externalId: "p1", resourceTypeSlug: "project" },
        createdAt: A_TIME,
      });
      const place = { groupId, roleAssignmentId: given.id };
      expect(await authorization.getGroupRoleAssignment(place)).toEqual(given);
      expect((await authorization.listGroupRoleAssignments({ groupId })).data).toEqual([given]);
      const ofMember = await authorization.listRoleAssignments({ organizationMembershipId });
      expect(ofMember.data).toMatchObject([
        { role: { slug: "editor" }, source: { type: "group", groupRoleAssignmentId: given.id } },
      ]);
      await authorization.removeGroupRoleAssignment(place);
      await expect(authorization.getGroupRoleAssignment(place)).rejects.toMatchObject(notThere);
      const replaced = await authorization.replaceGroupRoleAssignments({
        groupId,
        roleAssignments: [{ roleSlug: "editor", resourceId }],
      });
      expect(replaced.data).toMatchObject([
        { groupId, role: { slug: "editor" }, resource: { id: resourceId } },
      ]);
      await authorization.removeGroupRoleAssignments({ groupId, roleSlug: "editor", resourceId });
      expect((await authorization.listGroupRoleAssignments({ groupId })).data).toEqual([]);
    },
  },
];
