import { hashSync } from "@node-rs/bcrypt";
import { expect } from "vitest";
import { A_TIME, anId, codeIn, newMember, newUser, notThere, PASSWORD, type Scenario } from "./stage.ts";

export const USERS: Scenario[] = [
  {
    name: "a user is made, read, found, changed and deleted",
    async run({ workos: { userManagement }, here }) {
      const made = await userManagement.createUser({
        email: "ada@outside.example",
        firstName: "Ada",
        lastName: "Byron",
        externalId: "ada-1",
        metadata: { desk: "7" },
      });
      expect(made).toMatchObject({
        object: "user",
        id: anId("user"),
        email: "ada@outside.example",
        emailVerified: false,
        firstName: "Ada",
        lastName: "Byron",
        externalId: "ada-1",
        metadata: { desk: "7" },
        profilePictureUrl: null,
        lastSignInAt: null,
        locale: null,
        createdAt: A_TIME,
        updatedAt: A_TIME,
      });
      expect(await userManagement.getUser(made.id)).toEqual(made);
      expect(await userManagement.getUserByExternalId("ada-1")).toEqual(made);
      expect((await userManagement.listUsers({ email: "ada@outside.example" })).data).toEqual([made]);
      const inOrganization = await userManagement.listUsers({ organizationId: here.organizationId });
      expect(inOrganization.data).toEqual([]);
      const changed = await userManagement.updateUser({
        userId: made.id,
        firstName: "Augusta",
        emailVerified: true,
        metadata: { desk: "8" },
        locale: "en-GB",
      });
      expect(changed).toMatchObject({ id: made.id, firstName: "Augusta", emailVerified: true });
      expect(changed).toMatchObject({ metadata: { desk: "8" }, locale: "en-GB", lastName: "Byron" });
      expect(await userManagement.getUserIdentities(made.id)).toEqual([]);
      expect(await userManagement.deleteUser(made.id)).toBeUndefined();
      await expect(userManagement.getUser(made.id)).rejects.toMatchObject(notThere);
    },
  },
  {
    name: "a password hash is brought along, and its owner signs in",
    async run({ workos: { userManagement }, here: { clientId } }) {
      const moved = await userManagement.createUser({
        email: "moved@outside.example",
        passwordHash: hashSync(PASSWORD, 5),
        passwordHashType: "bcrypt",
        emailVerified: true,
      });
      const signedIn = await userManagement.authenticateWithPassword({
        clientId,
        email: moved.email,
        password: PASSWORD,
      });
      expect(signedIn.user.id).toBe(moved.id);
    },
  },
  {
    name: "a user shows that an e-mail address is theirs",
    async run(stage) {
      const { userManagement } = stage.workos;
      const { id, email } = await userManagement.createUser({ email: "new@outside.example" });
      const asked = await userManagement.sendVerificationEmail({ userId: id });
      expect(asked.user).toMatchObject({ id, emailVerified: false });
      const code = codeIn((await stage.mailTo(email)).at(-1));
      const wrong = code === "000000" ? "000001" : "000000";
      await expect(userManagement.verifyEmail({ userId: id, code: wrong })).rejects.toMatchObject({
        status: 400,
      });
      const shown = await userManagement.verifyEmail({ userId: id, code });
      expect(shown.user).toMatchObject({ object: "user", id, emailVerified: true });
    },
  },
  {
    name: "a password is set anew through a link",
    async run(stage) {
      const { userManagement } = stage.workos;
      const { id, email } = await newUser(stage);
      const made = await userManagement.createPasswordReset({ email });
      expect(made).toMatchObject({
        object: "password_reset",
        id: anId("password_reset"),
        userId: id,
        email,
        passwordResetToken: expect.stringMatching(/.{10}/),
        expiresAt: A_TIME,
        createdAt: A_TIME,
      });
      expect(made.passwordResetUrl).toContain(made.passwordResetToken);
      expect(await userManagement.getPasswordReset(made.id)).toEqual(made);
      const token = made.passwordResetToken;
      const newPassword = "another rather long pass phrase";
      expect(await userManagement.resetPassword({ token, newPassword })).toMatchObject({ user: { id } });
      const signedIn = await userManagement.authenticateWithPassword({
        clientId: stage.here.clientId,
        email,
        password: newPassword,
      });
      expect(signedIn.user.id).toBe(id);
      await expect(userManagement.resetPassword({ token, newPassword })).rejects.toMatchObject({
        status: expect.toSatisfy((status: number) => status === 404 || status === 400),
      });
    },
  },
  {
    name: "a member is added, read, listed, changed, shut out, brought back and removed",
    async run(stage) {
      const { userManagement } = stage.workos;
      const { user, membership, organizationId } = await newMember(stage);
      expect(membership).toMatchObject({
        object: "organization_membership",
        id: anId("om"),
        userId: user.id,
        organizationId,
        organizationName: "Example",
        status: "active",
        role: { slug: "member" },
        createdAt: A_TIME,
        updatedAt: A_TIME,
      });
      expect(await userManagement.getOrganizationMembership(membership.id)).toEqual(membership);
      const listed = await userManagement.listOrganizationMemberships({ organizationId });
      expect(listed.data).toEqual([membership]);
      const found = await userManagement.listUsers({ organizationId });
      expect(found.data.map(({ id }) => id)).toEqual([user.id]);
      const role = await userManagement.updateOrganizationMembership(membership.id, { roleSlug: "admin" });
      expect(role).toMatchObject({ id: membership.id, role: { slug: "admin" } });
      const out = await userManagement.deactivateOrganizationMembership(membership.id);
      expect(out).toMatchObject({ id: membership.id, status: "inactive" });
      const inactive = { userId: user.id, statuses: ["inactive" as const] };
      expect((await userManagement.listOrganizationMemberships(inactive)).data).toEqual([out]);
      const back = await userManagement.reactivateOrganizationMembership(membership.id);
      expect(back).toMatchObject({ id: membership.id, status: "active" });
      expect(await userManagement.deleteOrganizationMembership(membership.id)).toBeUndefined();
      await expect(userManagement.getOrganizationMembership(membership.id)).rejects.toMatchObject(notThere);
    },
  },
  {
    name: "somebody is invited, reminded, found by the token and accepts; another invitation is taken back",
    async run({ workos: { userManagement }, here: { organizationId } }) {
      const inviter = await userManagement.createUser({ email: "inviter@outside.example" });
      const made = await userManagement.sendInvitation({
        email: "guest@outside.example",
        organizationId,
        inviterUserId: inviter.id,
        expiresInDays: 3,
        roleSlug: "admin",
      });
      expect(made).toMatchObject({
        object: "invitation",
        id: anId("invitation"),
        email: "guest@outside.example",
        state: "pending",
        organizationId,
        inviterUserId: inviter.id,
        acceptedAt: null,
        revokedAt: null,
        expiresAt: A_TIME,
        createdAt: A_TIME,
      });
      expect(made.acceptInvitationUrl).toContain(made.token);
      expect(await userManagement.getInvitation(made.id)).toEqual(made);
      expect(await userManagement.findInvitationByToken(made.token)).toEqual(made);
      expect((await userManagement.listInvitations({ organizationId })).data).toEqual([made]);
      expect(await userManagement.resendInvitation(made.id)).toMatchObject({ id: made.id, state: "pending" });
      const guest = await userManagement.createUser({ email: made.email, emailVerified: true });
      const accepted = await userManagement.acceptInvitation(made.id);
      expect(accepted).toMatchObject({ id: made.id, state: "accepted", acceptedAt: A_TIME });
      const memberships = await userManagement.listOrganizationMemberships({ userId: guest.id });
      expect(memberships.data).toMatchObject([{ organizationId, role: { slug: "admin" } }]);
      const other = await userManagement.sendInvitation({ email: "other@outside.example" });
      expect(await userManagement.revokeInvitation(other.id)).toMatchObject({
        id: other.id,
        state: "revoked",
        revokedAt: A_TIME,
      });
    },
  },
  {
    name: "groups of an organization have members",
    needs: ["groups.createGroup"],
    async run(stage) {
      const { groups, userManagement } = stage.workos;
      const { membership, organizationId } = await newMember(stage);
      const made = await groups.createGroup({ organizationId, name: "Dockers", description: "By the water" });
      expect(made).toMatchObject({
        object: "group",
        id: anId("group"),
        organizationId,
        name: "Dockers",
        description: "By the water",
        createdAt: expect.any(Date),
      });
      const place = { organizationId, groupId: made.id };
      expect(await groups.getGroup(place)).toEqual(made);
      expect((await groups.listGroups({ organizationId })).data).toEqual([made]);
      expect(await groups.updateGroup({ ...place, name: "Pilots" })).toMatchObject({
        id: made.id,
        name: "Pilots",
        // The SDK sends null for what is left out.
        description: null,
      });
      const organizationMembershipId = membership.id;
      expect(await groups.addOrganizationMembership({ ...place, organizationMembershipId })).toMatchObject({
        object: "group",
        id: made.id,
      });
      const members = await groups.listOrganizationMemberships(place);
      expect(members.data).toMatchObject([{ id: membership.id, userId: membership.userId, organizationId }]);
      const ofMember = await userManagement.listGroupsForOrganizationMembership({ organizationMembershipId });
      expect(ofMember.data).toMatchObject([{ id: made.id, name: "Pilots" }]);
      await groups.removeOrganizationMembership({ ...place, organizationMembershipId });
      expect((await groups.listOrganizationMemberships(place)).data).toEqual([]);
      expect(await groups.deleteGroup(place)).toBeUndefined();
      await expect(groups.getGroup(place)).rejects.toMatchObject(notThere);
    },
  },
];
