import { WorkOS as WorkOS11 } from "@workos-inc/node";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WorkOS as WorkOS7 } from "workos-node-7";
import { WorkOS as WorkOS8 } from "workos-node-8";
import { WorkOS as WorkOS10 } from "workos-node-10";
import { testDatabase } from "#tests/support/database.ts";
import { eventsReadable } from "#tests/support/environment-calls.ts";
import { plainBrowser } from "#tests/support/hosted-pages.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
  type TestEnvironment,
} from "#tests/support/identity-service.ts";

let service: RunningIdentityService;
let adminUrl: string;

beforeAll(async () => {
  const database = await testDatabase();
  adminUrl = database.adminUrl;
  service = await startIdentityService(database.identityUrl);
});
afterAll(() => service.close());

const PASSWORD = "a rather long pass phrase";
const COOKIE_PASSWORD = "a password of the application, 32 characters or more";

/** What the four have in common; each is told the service's host and nothing else. */
const MAJORS = { "7": WorkOS7, "8": WorkOS8, "10": WorkOS10, "11": WorkOS11 };

function sdkOf(major: keyof typeof MAJORS, here: TestEnvironment): WorkOS11 {
  const options = { clientId: here.clientId, apiHostname: "127.0.0.1", port: service.port, https: false };
  return new MAJORS[major](here.apiKey, options) as unknown as WorkOS11;
}

test.each(Object.keys(MAJORS) as (keyof typeof MAJORS)[])(
  "an application written with the official SDK %s: people, organizations, sessions, events",
  async (major) => {
    const here = await prepareEnvironment(service);
    const workos = sdkOf(major, here);
    const { userManagement, organizations } = workos;
    const organization = await organizations.createOrganization({ name: `Matrix ${major}` });
    expect(await organizations.getOrganization(organization.id)).toMatchObject({ name: `Matrix ${major}` });
    expect((await organizations.listOrganizations({ limit: 10 })).data.length).toBe(2);
    await organizations.updateOrganization({ organization: organization.id, name: "Renamed" });

    const email = `matrix${major}@outside.example`;
    const user = await userManagement.createUser({ email, password: PASSWORD, emailVerified: true });
    expect(await userManagement.getUser(user.id)).toMatchObject({ email });
    await userManagement.updateUser({ userId: user.id, firstName: "Kim" });
    const member = await userManagement.createOrganizationMembership({
      userId: user.id,
      organizationId: organization.id,
    });
    const listed = await userManagement.listOrganizationMemberships({ userId: user.id });
    expect(listed.data).toMatchObject([{ id: member.id, role: { slug: "member" }, status: "active" }]);

    const signedIn = await userManagement.authenticateWithPassword({
      clientId: here.clientId,
      email,
      password: PASSWORD,
      session: { sealSession: true, cookiePassword: COOKIE_PASSWORD },
    });
    expect(signedIn).toMatchObject({ organizationId: organization.id, user: { firstName: "Kim" } });
    // The session in the application's own cookie: its token is verified against our keys, and it is refreshed with us.
    const cookie = userManagement.loadSealedSession({
      sessionData: signedIn.sealedSession ?? "",
      cookiePassword: COOKIE_PASSWORD,
    });
    expect(await cookie.authenticate()).toMatchObject({
      authenticated: true,
      organizationId: organization.id,
    });
    const refreshed = await cookie.refresh();
    expect(refreshed).toMatchObject({ authenticated: true });
    expect(await cookie.getLogoutUrl()).toContain("/user_management/sessions/logout?session_id=session_");

    const browser = plainBrowser(service.url);
    await browser.goTo(
      userManagement.getAuthorizationUrl({
        provider: "authkit",
        clientId: here.clientId,
        redirectUri: here.redirectUri,
        state: "s",
      }),
    );
    await browser.send("identify", { email });
    await browser.send("password", { password: PASSWORD });
    const code = browser.left?.searchParams.get("code") ?? "";
    expect((await userManagement.authenticateWithCode({ clientId: here.clientId, code })).user.id).toBe(
      user.id,
    );

    const magic = await userManagement.createMagicAuth({ email });
    const byCode = await userManagement.authenticateWithMagicAuth({
      clientId: here.clientId,
      email,
      code: magic.code,
    });
    expect(byCode.user.id).toBe(user.id);
    const byToken = await userManagement.authenticateWithRefreshToken({
      clientId: here.clientId,
      refreshToken: byCode.refreshToken,
      organizationId: organization.id,
    });
    expect(byToken.organizationId).toBe(organization.id);
    await expect(
      userManagement.authenticateWithPassword({
        clientId: here.clientId,
        email,
        password: "wrong pass phrase",
      }),
    ).rejects.toMatchObject({ status: 400 });

    const invitation = await userManagement.sendInvitation({
      email: `invited${major}@outside.example`,
      organizationId: organization.id,
    });
    expect(await userManagement.getInvitation(invitation.id)).toMatchObject({ state: "pending" });
    await userManagement.revokeInvitation(invitation.id);
    const reset = await userManagement.createPasswordReset({ email });
    await userManagement.resetPassword({ token: reset.passwordResetToken, newPassword: `${PASSWORD} anew` });
    await expect(
      userManagement.authenticateWithRefreshToken({
        clientId: here.clientId,
        refreshToken: byToken.refreshToken,
      }),
    ).rejects.toMatchObject({ error: "invalid_grant" });

    expect((await workos.sso.listConnections()).data).toEqual([]);
    expect((await workos.directorySync.listDirectories()).data).toEqual([]);
    await eventsReadable(adminUrl);
    const events = await workos.events.listEvents({
      events: ["user.created", "session.created"],
      limit: 100,
    });
    expect(events.data.filter(({ event }) => event === "session.created").length).toBe(3);
    await userManagement.deleteOrganizationMembership(member.id);
    await userManagement.deleteUser(user.id);
    await organizations.deleteOrganization(organization.id);
    await expect(userManagement.getUser(user.id)).rejects.toMatchObject({ status: 404 });
  },
  60_000,
);
