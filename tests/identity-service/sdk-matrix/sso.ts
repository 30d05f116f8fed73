import { expect } from "vitest";
import { prepareDirectory, scimClient } from "#tests/support/directories.ts";
import { type PlainBrowser, plainBrowser } from "#tests/support/hosted-pages.ts";
import { visit } from "#tests/support/identity-service.ts";
import { GRACE, startOidcIdp } from "#tests/support/oidc-provider.ts";
import { A_TIME, anId, manage, notThere, type Scenario, type Stage } from "./stage.ts";

interface ManagedConnection {
  id: string;
  sp: { redirect_uri: string };
}

/** Signs Grace in at her own identity provider (a real one) and brings back the code. */
async function arrive({ service }: Stage, url: string): Promise<URLSearchParams> {
  const here = new URL(service.url).origin;
  const browsers = new Map<string, PlainBrowser>();
  let next: URL | null = new URL(url);
  while (next && next.hostname === "127.0.0.1") {
    const origin: string = next.origin;
    const browser: PlainBrowser = browsers.get(origin) ?? plainBrowser(origin);
    browsers.set(origin, browser);
    await browser.goTo(next);
    next = browser.left;
  }
  expect(browsers.has(here)).toBe(true);
  return next?.searchParams ?? new URLSearchParams();
}

export const SSO: Scenario[] = [
  {
    name: "somebody signs in through the identity provider of their organization, with and without PKCE",
    async run(stage) {
      const { workos, here } = stage;
      const { clientId, redirectUri, organizationId } = here;
      const allowed: string[] = [];
      const idp = await startOidcIdp(allowed);
      try {
        const connection = await manage<ManagedConnection>(stage, "POST", "/connections", {
          organization_id: organizationId,
          connection_type: "GenericOIDC",
          name: "Example OIDC",
          state: "active",
          oidc: { issuer: idp.issuer, client_id: idp.clientId, client_secret: idp.clientSecret },
        });
        allowed.push(connection.sp.redirect_uri);
        const known = await workos.sso.getConnection(connection.id);
        expect(known).toMatchObject({
          object: "connection",
          id: connection.id,
          organizationId,
          name: "Example OIDC",
          type: "GenericOIDC",
          state: "active",
          createdAt: A_TIME,
        });
        expect((await workos.sso.listConnections({ organizationId })).data).toEqual([known]);
        const asked = { connection: connection.id, clientId, redirectUri, state: "kept" };
        const back = await arrive(stage, workos.sso.getAuthorizationUrl(asked));
        expect(back.get("state")).toBe("kept");
        const code = back.get("code") ?? "";
        const { profile, accessToken } = await workos.sso.getProfileAndToken({ clientId, code });
        expect(profile).toMatchObject({
          id: anId("prof"),
          idpId: GRACE.sub,
          email: GRACE.email,
          firstName: "Grace",
          lastName: "Hopper",
          organizationId,
          connectionId: connection.id,
          connectionType: "GenericOIDC",
          rawAttributes: { sub: GRACE.sub },
        });
        expect(await workos.sso.getProfile({ accessToken })).toEqual(profile);
        await expect(workos.sso.getProfileAndToken({ clientId, code })).rejects.toMatchObject({
          error: "invalid_grant",
        });
        if (stage.major !== "7") {
          const pkce = await workos.sso.getAuthorizationUrlWithPKCE({
            organization: organizationId,
            clientId,
            redirectUri,
          });
          const again = await arrive(stage, pkce.url);
          expect(again.get("state")).toBe(pkce.state);
          const redeemed = await workos.sso.getProfileAndToken({
            clientId,
            code: again.get("code") ?? "",
            codeVerifier: pkce.codeVerifier,
          });
          expect(redeemed.profile.id).toBe(profile.id);
        }
        expect(await workos.sso.deleteConnection(connection.id)).toBeUndefined();
        await expect(workos.sso.getConnection(connection.id)).rejects.toMatchObject(notThere);
      } finally {
        await idp.close();
      }
    },
  },
  {
    name: "a link sent by mail leads to a profile",
    async run({ workos: { passwordless, sso }, here: { clientId, redirectUri }, ...stage }) {
      const session = await passwordless.createSession({
        email: "reader@outside.example",
        type: "MagicLink",
        redirectURI: redirectUri,
        state: "kept",
      });
      expect(session).toMatchObject({
        object: "passwordless_session",
        id: anId("passwordless_session"),
        email: "reader@outside.example",
        expiresAt: expect.toSatisfy((at: string | Date) => new Date(at).getTime() > Date.now()),
      });
      expect(await passwordless.sendSession(session.id)).toEqual({ success: true });
      expect((await stage.mailTo(session.email)).at(-1)).toContain(session.link);
      const { location } = await visit(session.link, {});
      const code = location?.searchParams.get("code") ?? "";
      expect((await sso.getProfileAndToken({ clientId, code })).profile).toMatchObject({
        email: session.email,
        connectionType: "MagicLink",
      });
    },
  },
  {
    name: "directories, their users and groups are read as the provider filled them",
    async run({ workos: { directorySync }, service, here }) {
      const directory = await prepareDirectory(service, here);
      const scim = scimClient(directory);
      const person = await scim("POST", "/Users", {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:User"],
        userName: "ada@example.com",
        externalId: "okta-ada",
        name: { givenName: "Ada", familyName: "Byron" },
        emails: [{ value: "ada@example.com", primary: true, type: "work" }],
        active: true,
      });
      const group = await scim("POST", "/Groups", {
        schemas: ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        displayName: "Keepers",
        members: [{ value: person.body.id }],
      });
      const { organizationId } = here;
      const known = await directorySync.getDirectory(directory.id);
      expect(known).toMatchObject({
        object: "directory",
        id: directory.id,
        organizationId,
        name: "Staff",
        type: "okta scim v2.0",
        state: "active",
        externalKey: directory.externalKey,
        createdAt: A_TIME,
      });
      expect((await directorySync.listDirectories({ organizationId })).data).toEqual([known]);
      const user = await directorySync.getUser(person.body.id);
      expect(user).toMatchObject({
        object: "directory_user",
        id: person.body.id,
        idpId: "okta-ada",
        directoryId: directory.id,
        organizationId,
        email: "ada@example.com",
        firstName: "Ada",
        lastName: "Byron",
        state: "active",
        groups: [{ id: group.body.id, name: "Keepers" }],
        rawAttributes: { userName: "ada@example.com" },
        createdAt: A_TIME,
      });
      const users = await directorySync.listUsers({ directory: directory.id });
      expect(users.data).toMatchObject([{ id: user.id, email: "ada@example.com" }]);
      expect(await directorySync.getGroup(group.body.id)).toMatchObject({
        id: group.body.id,
        directoryId: directory.id,
        organizationId,
        name: "Keepers",
      });
      const groups = await directorySync.listGroups({ user: user.id });
      expect(groups.data).toMatchObject([{ id: group.body.id, name: "Keepers" }]);
      expect(await directorySync.deleteDirectory(directory.id)).toBeUndefined();
      await expect(directorySync.getDirectory(directory.id)).rejects.toMatchObject(notThere);
    },
  },
];
