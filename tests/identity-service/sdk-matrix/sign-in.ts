import { createHash, randomBytes } from "node:crypto";
import { decodeJwt } from "jose";
import { expect } from "vitest";
import {
  A_TIME,
  anId,
  byPassword,
  COOKIE_PASSWORD,
  codeIn,
  manage,
  newMember,
  newUser,
  PASSWORD,
  type Scenario,
  type Stage,
  signInOnPages,
  whatIsMissing,
} from "./stage.ts";

/** Where a sign-in with PKCE begins. Version 7 leaves making the verifier to the application. */
async function startWithPkce({ workos, here: { clientId, redirectUri }, major }: Stage) {
  const asked = { provider: "authkit", clientId, redirectUri };
  if (major !== "7") return await workos.userManagement.getAuthorizationUrlWithPKCE(asked);
  const codeVerifier = randomBytes(32).toString("base64url");
  const codeChallenge = createHash("sha256").update(codeVerifier).digest("base64url");
  const pkce = { codeChallenge, codeChallengeMethod: "S256" as const };
  const url = workos.userManagement.getAuthorizationUrl({ ...asked, ...pkce, state: "kept" });
  return { url, state: "kept", codeVerifier };
}

export const SIGN_IN: Scenario[] = [
  {
    name: "a password is exchanged for a session, which is refreshed, listed and revoked",
    async run(stage) {
      const { workos, here } = stage;
      const { userManagement } = workos;
      const { user, organizationId } = await newMember(stage);
      const signedIn = await byPassword(stage, user.email);
      expect(signedIn).toMatchObject({
        user: { object: "user", id: user.id, firstName: "Kim", lastSignInAt: A_TIME },
        organizationId,
        authenticationMethod: "Password",
      });
      const jwks = userManagement.getJwksUrl(here.clientId);
      expect(await (await fetch(jwks)).json()).toMatchObject({ keys: [{ kty: "RSA", alg: "RS256" }] });
      const claims = decodeJwt<{ sid: string }>(signedIn.accessToken);
      expect(claims).toMatchObject({ sub: user.id, org_id: organizationId, role: "member" });
      const { data } = await userManagement.listSessions(user.id);
      expect(data).toMatchObject([
        {
          object: "session",
          id: claims.sid,
          userId: user.id,
          organizationId,
          status: "active",
          authMethod: "password",
          expiresAt: A_TIME,
          createdAt: A_TIME,
        },
      ]);
      const refresh = (refreshToken: string) =>
        userManagement.authenticateWithRefreshToken({
          clientId: here.clientId,
          refreshToken,
          organizationId,
        });
      const refreshed = await refresh(signedIn.refreshToken);
      expect(refreshed).toMatchObject({ organizationId, user: { id: user.id } });
      expect(decodeJwt(refreshed.accessToken).sid).toBe(claims.sid);
      expect(await userManagement.revokeSession({ sessionId: claims.sid })).toBeUndefined();
      expect((await userManagement.listSessions(user.id)).data).toMatchObject([{ status: "revoked" }]);
      await expect(refresh(refreshed.refreshToken)).rejects.toMatchObject({ error: "invalid_grant" });
      await expect(
        userManagement.authenticateWithPassword({
          clientId: here.clientId,
          email: user.email,
          password: "not the pass phrase",
        }),
      ).rejects.toMatchObject({ status: 400, rawData: { code: "invalid_credentials" } });
    },
  },
  {
    name: "a session is kept in the application's own cookie: verified, refreshed, moved to another organization, signed out",
    async run(stage) {
      const { workos, here } = stage;
      const { userManagement, organizations } = workos;
      await manage(stage, "PATCH", "", {
        settings: { pages: { sign_out_urls: ["http://localhost:9999/"] } },
      });
      const { user, organizationId } = await newMember(stage);
      const other = await organizations.createOrganization({ name: "Other" });
      await userManagement.createOrganizationMembership({ userId: user.id, organizationId: other.id });
      const missing = await whatIsMissing(byPassword(stage, user.email));
      const signedIn = await userManagement.authenticateWithOrganizationSelection({
        clientId: here.clientId,
        organizationId,
        pendingAuthenticationToken: missing.pending_authentication_token ?? "",
        session: { sealSession: true, cookiePassword: COOKIE_PASSWORD },
      });
      const sessionData = signedIn.sealedSession ?? "";
      const opened = { sessionData, cookiePassword: COOKIE_PASSWORD };
      expect(await userManagement.authenticateWithSessionCookie(opened)).toMatchObject({
        authenticated: true,
        organizationId,
        role: "member",
        user: { id: user.id },
      });
      expect(await userManagement.getSessionFromCookie(opened)).toMatchObject({
        accessToken: signedIn.accessToken,
        user: { id: user.id },
      });
      const session = userManagement.loadSealedSession(opened);
      expect(await session.authenticate()).toMatchObject({ authenticated: true, organizationId });
      const moved = await session.refresh({ organizationId: other.id });
      expect(moved).toMatchObject({ authenticated: true, organizationId: other.id });
      const sealed = await userManagement.loadSealedSession({
        sessionData: (moved.authenticated && moved.sealedSession) || "",
        cookiePassword: COOKIE_PASSWORD,
      });
      const url = await sealed.getLogoutUrl({ returnTo: "http://localhost:9999/" });
      const { sid } = decodeJwt<{ sid: string }>(signedIn.accessToken);
      expect(url).toBe(userManagement.getLogoutUrl({ sessionId: sid, returnTo: "http://localhost:9999/" }));
      const left = await fetch(url, { redirect: "manual" });
      expect([left.status, left.headers.get("location")]).toEqual([302, "http://localhost:9999/"]);
      expect((await userManagement.listSessions(user.id)).data).toMatchObject([
        { id: sid, status: "revoked" },
      ]);
      expect(await sealed.refresh()).toMatchObject({ authenticated: false, reason: "invalid_grant" });
    },
  },
  {
    name: "a code from the hosted pages is exchanged, with and without PKCE",
    async run(stage) {
      const { workos, here } = stage;
      const { userManagement } = workos;
      const user = await newUser(stage);
      const { clientId, redirectUri } = here;
      const asked = { provider: "authkit", clientId, redirectUri, state: "kept" };
      const arrived = await signInOnPages(stage, userManagement.getAuthorizationUrl(asked), user.email);
      expect(arrived.state).toBe("kept");
      const signedIn = await userManagement.authenticateWithCode({
        clientId,
        code: arrived.code,
        ipAddress: "10.1.2.3",
        userAgent: "Matrix",
      });
      expect(signedIn).toMatchObject({ user: { id: user.id }, authenticationMethod: "Password" });
      expect((await userManagement.listSessions(user.id)).data).toMatchObject([{ status: "active" }]);
      await expect(
        userManagement.authenticateWithCode({ clientId, code: "no-such-code" }),
      ).rejects.toMatchObject({ error: "invalid_grant" });
    },
  },
  {
    name: "a public client signs in with PKCE, and needs no key",
    async run(stage) {
      const { userManagement } = stage.workos;
      const user = await newUser(stage);
      const { clientId } = stage.here;
      const pages = async () => {
        const asked = await startWithPkce(stage);
        const arrived = await signInOnPages(stage, asked.url, user.email);
        expect(arrived.state).toBe(asked.state);
        return { code: arrived.code, codeVerifier: asked.codeVerifier };
      };
      const byVerifier = await userManagement.authenticateWithCodeAndVerifier({
        clientId,
        ...(await pages()),
      });
      expect(byVerifier.user.id).toBe(user.id);
      if (stage.major !== "7") {
        const both = await userManagement.authenticateWithCode({ clientId, ...(await pages()) });
        expect(both.user.id).toBe(user.id);
      }
      const { code } = await pages();
      await expect(
        userManagement.authenticateWithCodeAndVerifier({ clientId, code, codeVerifier: "x".repeat(43) }),
      ).rejects.toMatchObject({ error: "invalid_grant" });
    },
  },
  {
    name: "a code sent by mail is exchanged for a session",
    async run({ workos: { userManagement }, here: { clientId }, ...stage }) {
      const made = await userManagement.createMagicAuth({ email: "reader@outside.example" });
      expect(made).toMatchObject({
        object: "magic_auth",
        id: anId("magic_auth"),
        email: "reader@outside.example",
        code: expect.stringMatching(/^\d{6}$/),
        expiresAt: A_TIME,
        createdAt: A_TIME,
      });
      expect(await userManagement.getMagicAuth(made.id)).toEqual(made);
      expect(codeIn((await stage.mailTo(made.email)).at(-1))).toBe(made.code);
      const given = { clientId, email: made.email, code: made.code };
      const signedIn = await userManagement.authenticateWithMagicAuth(given);
      expect(signedIn).toMatchObject({ user: { id: made.userId, emailVerified: true } });
      expect(signedIn.authenticationMethod).toBe("MagicAuth");
      await expect(userManagement.authenticateWithMagicAuth(given)).rejects.toMatchObject({ status: 400 });
    },
  },
  {
    name: "an e-mail address that is not shown to be one's own stands in the way, until it is",
    async run(stage) {
      const { userManagement } = stage.workos;
      const email = "unshown@outside.example";
      const user = await userManagement.createUser({ email, password: PASSWORD });
      const missing = await whatIsMissing(byPassword(stage, email));
      expect(missing).toMatchObject({ code: "email_verification_required", email });
      const verification = await userManagement.getEmailVerification(missing.email_verification_id ?? "");
      expect(verification).toMatchObject({
        object: "email_verification",
        id: anId("email_verification"),
        userId: user.id,
        email,
        expiresAt: A_TIME,
      });
      expect(verification.code).toBe(codeIn((await stage.mailTo(email)).at(-1)));
      const signedIn = await userManagement.authenticateWithEmailVerification({
        clientId: stage.here.clientId,
        code: verification.code,
        pendingAuthenticationToken: missing.pending_authentication_token ?? "",
      });
      expect(signedIn.user).toMatchObject({ id: user.id, emailVerified: true });
    },
  },
  {
    name: "the vendor's support signs in as somebody, and the session says so",
    async run(stage) {
      const { userManagement } = stage.workos;
      const { user, organizationId } = await newMember(stage);
      const { url = "" } = await manage(stage, "POST", "/impersonations", {
        user_id: user.id,
        organization_id: organizationId,
        impersonator_email: "support@vendor.example",
        reason: "Ticket 7",
      });
      const signedIn = await userManagement.authenticateWithCode({
        clientId: stage.here.clientId,
        code: new URL(url).searchParams.get("code") ?? "",
        session: { sealSession: true, cookiePassword: COOKIE_PASSWORD },
      });
      const impersonator = { email: "support@vendor.example", reason: "Ticket 7" };
      expect(signedIn).toMatchObject({ user: { id: user.id }, organizationId, impersonator });
      expect(signedIn.authenticationMethod).toBe("Impersonation");
      const session = userManagement.loadSealedSession({
        sessionData: signedIn.sealedSession ?? "",
        cookiePassword: COOKIE_PASSWORD,
      });
      expect(await session.authenticate()).toMatchObject({ authenticated: true, impersonator });
      expect((await userManagement.listSessions(user.id)).data).toMatchObject([
        { authMethod: "impersonation", impersonator },
      ]);
    },
  },
];
