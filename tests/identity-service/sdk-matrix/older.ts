import { TOTP } from "otpauth";
import { expect } from "vitest";
import { COOKIE_PASSWORD, codeIn, newMember, newUser, notThere, PASSWORD, type Scenario } from "./stage.ts";

/** Methods that newer versions no longer have. */
interface Older {
  fga: Record<string, (...given: unknown[]) => Promise<unknown>>;
  mfa: { verifyFactor(given: { authenticationChallengeId: string; code: string }): Promise<unknown> };
  organizations: {
    listOrganizationRoles(given: { organizationId: string }): Promise<{ data: { slug: string }[] }>;
  };
  userManagement: {
    sendMagicAuthCode(given: { email: string }): Promise<unknown>;
    sendPasswordResetEmail(given: { email: string; passwordResetUrl: string }): Promise<unknown>;
    refreshAndSealSessionData(given: {
      sessionData: string;
      cookiePassword: string;
    }): Promise<{ authenticated: boolean; sealedSession: string }>;
    getLogoutUrlFromSessionCookie(given: { sessionData: string; cookiePassword: string }): Promise<string>;
  };
  vault: Record<"createSecret" | "updateSecret" | "describeSecret", (given: object) => Promise<unknown>> &
    Record<"readSecret", (given: object) => Promise<{ id: string; value: string }>> &
    Record<"listSecrets", () => Promise<unknown>> &
    Record<"listSecretVersions" | "deleteSecret", (given: object) => Promise<unknown>>;
}

const older = (workos: unknown) => workos as Older;

export const OLDER: Scenario[] = [
  {
    name: "roles of an organization, as they were listed once",
    needs: ["organizations.listOrganizationRoles"],
    async run({ workos, here: { organizationId } }) {
      const { data } = await older(workos).organizations.listOrganizationRoles({ organizationId });
      expect(data.map(({ slug }) => slug).sort()).toEqual(["admin", "member"]);
    },
  },
  {
    name: "codes and links are sent without being told to the application",
    needs: ["userManagement.sendMagicAuthCode"],
    async run(stage) {
      const { workos, here } = stage;
      const { email, id } = await newUser(stage);
      await older(workos).userManagement.sendMagicAuthCode({ email });
      const code = codeIn((await stage.mailTo(email)).at(-1));
      const { clientId } = here;
      const signedIn = await workos.userManagement.authenticateWithMagicAuth({ clientId, email, code });
      expect(signedIn.user.id).toBe(id);
      const passwordResetUrl = "https://app.example/reset?from=mail";
      await older(workos).userManagement.sendPasswordResetEmail({ email, passwordResetUrl });
      const link = /https:\/\/app\.example\/\S+/.exec((await stage.mailTo(email)).at(-1) ?? "")?.[0] ?? "";
      const { searchParams } = new URL(link);
      expect(searchParams.get("from")).toBe("mail");
      const token = searchParams.get("token") ?? "";
      const newPassword = "another rather long pass phrase";
      const after = await workos.userManagement.resetPassword({ token, newPassword });
      expect(after.user.id).toBe(id);
    },
  },
  {
    name: "a session in a cookie is refreshed and signed out by the methods of before",
    needs: ["userManagement.refreshAndSealSessionData"],
    async run(stage) {
      const { workos, here } = stage;
      const { user } = await newMember(stage);
      const { sealedSession = "" } = await workos.userManagement.authenticateWithPassword({
        clientId: here.clientId,
        email: user.email,
        password: PASSWORD,
        session: { sealSession: true, cookiePassword: COOKIE_PASSWORD },
      });
      const { userManagement } = older(workos);
      const cookiePassword = COOKIE_PASSWORD;
      const refreshed = await userManagement.refreshAndSealSessionData({
        sessionData: sealedSession,
        cookiePassword,
      });
      expect(refreshed.authenticated).toBe(true);
      const url = await userManagement.getLogoutUrlFromSessionCookie({
        sessionData: refreshed.sealedSession,
        cookiePassword,
      });
      const { data } = await workos.userManagement.listSessions(user.id);
      expect(new URL(url).searchParams.get("session_id")).toBe(data[0]?.id);
    },
  },
  {
    name: "a challenge is verified by the name of before",
    needs: ["mfa.verifyFactor"],
    async run({ workos }) {
      const made = await workos.multiFactorAuth.enrollFactor({ type: "totp", issuer: "H", user: "kim" });
      const challenge = await workos.multiFactorAuth.challengeFactor({ authenticationFactorId: made.id });
      const code = new TOTP({ secret: made.totp?.secret ?? "" }).generate();
      const answer = { authenticationChallengeId: challenge.id, code };
      expect(await older(workos).mfa.verifyFactor(answer)).toMatchObject({ valid: true });
    },
  },
  {
    name: "the vault's objects under the name of secrets",
    needs: ["vault.createSecret"],
    async run({ workos }) {
      const { vault } = older(workos);
      await vault.createSecret({ name: "old", value: "one", context: { team: "red" } });
      const listed = (await vault.listSecrets()) as { data: { id: string }[] };
      const id = listed.data[0]?.id ?? "";
      expect(await vault.readSecret({ id })).toMatchObject({ id, name: "old", value: "one" });
      expect(await vault.describeSecret({ id })).toMatchObject({ id, name: "old" });
      expect(await vault.updateSecret({ id, value: "two" })).toMatchObject({ id });
      expect(await vault.listSecretVersions({ id })).toHaveLength(2);
      await vault.deleteSecret({ id });
      await expect(vault.readSecret({ id })).rejects.toMatchObject(notThere);
    },
  },
  {
    name: "the first form of fine-grained authorization is refused: it left WorkOS's API",
    needs: ["fga.writeWarrant"],
    async run({ workos }) {
      const { fga } = older(workos);
      const resource = { resourceType: "project", resourceId: "p" };
      const warrant = { op: "create", resource, relation: "editor", subject: resource };
      const checks = { checks: [{ resource, relation: "editor", subject: resource }] };
      for (const asked of [
        () => fga.check?.(checks),
        () => fga.checkBatch?.(checks),
        () => fga.createResource?.({ resource }),
        () => fga.getResource?.(resource),
        () => fga.listResources?.(),
        () => fga.updateResource?.({ resource, meta: {} }),
        () => fga.deleteResource?.(resource),
        () => fga.batchWriteResources?.({ op: "create", resources: [{ resource }] }),
        () => fga.writeWarrant?.(warrant),
        () => fga.batchWriteWarrants?.([warrant]),
        () => fga.listWarrants?.(),
        () => fga.query?.({ q: "select project" }),
      ])
        await expect(asked()).rejects.toMatchObject({
          status: 400,
          message: expect.stringContaining("is not supported by the offline identity service. "),
        });
    },
  },
];
