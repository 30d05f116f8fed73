import { createRemoteJWKSet, jwtVerify } from "jose";
import { expect } from "vitest";
import { A_TIME, anId, manage, newMember, notThere, type Scenario } from "./stage.ts";

export const KEYS: Scenario[] = [
  {
    name: "an organization's key is made, validated, listed and deleted",
    async run({ workos: { apiKeys }, here: { organizationId } }) {
      const made = await apiKeys.createOrganizationApiKey({ organizationId, name: "Robot" });
      expect(made).toMatchObject({
        object: "api_key",
        id: anId("api_key"),
        owner: { type: "organization", id: organizationId },
        name: "Robot",
        value: expect.stringMatching(/^sk_/),
        permissions: [],
        lastUsedAt: null,
        createdAt: A_TIME,
      });
      expect(made.value).toMatch(new RegExp(`${made.obfuscatedValue.slice(-4)}$`));
      const { apiKey } = await apiKeys.createValidation({ value: made.value });
      expect(apiKey).toMatchObject({ id: made.id, owner: made.owner, name: "Robot" });
      const listed = await apiKeys.listOrganizationApiKeys({ organizationId });
      expect(listed.data).toMatchObject([{ id: made.id, name: "Robot", lastUsedAt: A_TIME }]);
      expect(JSON.stringify(listed.data)).not.toContain(made.value);
      expect(await apiKeys.deleteApiKey(made.id)).toBeUndefined();
      expect((await apiKeys.createValidation({ value: made.value })).apiKey).toBeNull();
    },
  },
  {
    name: "a user's key in an organization",
    needs: ["userManagement.createUserApiKey"],
    async run(stage) {
      const { userManagement, apiKeys } = stage.workos;
      const { user, organizationId } = await newMember(stage);
      const { value, ...made } = await userManagement.createUserApiKey(user.id, {
        name: "Laptop",
        organizationId,
      });
      expect(made).toMatchObject({
        object: "api_key",
        id: anId("api_key"),
        owner: { type: "user", id: user.id, organizationId },
        name: "Laptop",
        expiresAt: null,
      });
      expect((await userManagement.listUserApiKeys(user.id)).data).toEqual([made]);
      expect((await apiKeys.createValidation({ value })).apiKey).toMatchObject({
        id: made.id,
        owner: { type: "user", id: user.id, organizationId },
      });
    },
  },
  {
    name: "a flag is read, switched on, given to somebody, and taken away",
    async run(stage) {
      const { featureFlags, userManagement } = stage.workos;
      const { user, organizationId } = await newMember(stage);
      await manage(stage, "POST", "/feature_flags", { slug: "night-mode", name: "Night mode", tags: ["ui"] });
      const flag = await featureFlags.getFeatureFlag("night-mode");
      expect(flag).toMatchObject({
        object: "feature_flag",
        id: anId("flag"),
        slug: "night-mode",
        name: "Night mode",
        tags: ["ui"],
        enabled: false,
        defaultValue: false,
        createdAt: A_TIME,
      });
      expect((await featureFlags.listFeatureFlags()).data).toEqual([flag]);
      expect(await featureFlags.enableFeatureFlag("night-mode")).toMatchObject({
        id: flag.id,
        enabled: true,
      });
      const ofUser = async () =>
        (await featureFlags.listUserFeatureFlags({ userId: user.id })).data.map(({ slug }) => slug);
      const ofOrganization = async () =>
        (await featureFlags.listOrganizationFeatureFlags({ organizationId })).data.map(({ slug }) => slug);
      expect([await ofUser(), await ofOrganization()]).toEqual([[], []]);
      const target = { slug: "night-mode", targetId: organizationId };
      expect(await featureFlags.addFlagTarget(target)).toBeUndefined();
      expect([await ofUser(), await ofOrganization()]).toEqual([["night-mode"], ["night-mode"]]);
      const signedIn = await userManagement.authenticateWithPassword({
        clientId: stage.here.clientId,
        email: user.email,
        password: "a rather long pass phrase",
      });
      const claims = JSON.parse(atob(signedIn.accessToken.split(".")[1] ?? ""));
      expect(claims.feature_flags).toEqual(["night-mode"]);
      expect(await featureFlags.removeFlagTarget(target)).toBeUndefined();
      expect(await ofOrganization()).toEqual([]);
      expect(await featureFlags.disableFeatureFlag("night-mode")).toMatchObject({ enabled: false });
    },
  },
  {
    name: "flags are decided inside the application by the SDK's own client",
    needs: ["featureFlags.createRuntimeClient"],
    async run(stage) {
      const { featureFlags } = stage.workos;
      const { organizationId } = stage.here;
      await manage(stage, "POST", "/feature_flags", { slug: "night-mode", name: "Night mode" });
      await featureFlags.enableFeatureFlag("night-mode");
      await featureFlags.addFlagTarget({ slug: "night-mode", targetId: organizationId });
      const client = featureFlags.createRuntimeClient();
      try {
        await client.waitUntilReady({ timeoutMs: 30_000 });
        expect(client.isEnabled("night-mode", { organizationId })).toBe(true);
        expect(client.isEnabled("night-mode", { organizationId: "org_other" })).toBe(false);
        expect(client.getAllFlags({ organizationId })).toEqual({ "night-mode": true });
      } finally {
        client.close();
      }
    },
  },
  {
    name: "a value is put in the vault, read, described, changed and deleted",
    async run({ workos: { vault }, here }) {
      const context = { organization_id: here.organizationId };
      const metadata = await vault.createObject({ name: "db/password", value: "first", context });
      expect(metadata).toMatchObject({ context, environmentId: here.id, updatedBy: { name: "test" } });
      const id = metadata.id;
      const versionId = metadata.versionId ?? "";
      expect(await vault.readObject({ id })).toMatchObject({ id, name: "db/password", value: "first" });
      expect(await vault.readObjectByName("db/password")).toMatchObject({ id, value: "first" });
      expect(await vault.describeObject({ id })).toMatchObject({
        id,
        name: "db/password",
        metadata: { versionId },
      });
      const changed = await vault.updateObject({ id, value: "second", versionCheck: versionId });
      expect(changed.metadata).toMatchObject({ id, context });
      expect(changed.metadata.versionId).not.toBe(versionId);
      const versions = await vault.listObjectVersions({ id });
      expect(versions.map(({ currentVersion }) => currentVersion)).toEqual([true, false]);
      expect((await vault.listObjects()).data).toMatchObject([{ id, name: "db/password" }]);
      await expect(vault.updateObject({ id, value: "third", versionCheck: versionId })).rejects.toMatchObject(
        { status: 409 },
      );
      expect(await vault.deleteObject({ id })).toBeUndefined();
      await expect(vault.readObject({ id })).rejects.toMatchObject(notThere);
    },
  },
  {
    name: "data is encrypted in the application with keys of the vault",
    async run({ workos: { vault } }) {
      const context = { team: "red" };
      const pair = await vault.createDataKey({ context });
      expect(pair).toMatchObject({ context, dataKey: { key: expect.stringMatching(/^[\w+/]{43}=$/) } });
      expect(await vault.decryptDataKey({ keys: pair.encryptedKeys })).toEqual(pair.dataKey);
      const sealed = await vault.encrypt("the manifest", context, "voyage 7");
      expect(await vault.decrypt(sealed, "voyage 7")).toBe("the manifest");
      await expect(vault.decrypt(sealed, "voyage 8")).rejects.toThrow();
    },
  },
  {
    name: "a data key is wrapped anew for another context",
    needs: ["vault.createRekey"],
    async run({ workos: { vault } }) {
      const pair = await vault.createDataKey({ context: { team: "red" } });
      const again = await vault.createRekey({
        context: { team: "blue" },
        encryptedKeys: pair.encryptedKeys,
      });
      expect(again).toMatchObject({ context: { team: "blue" } });
      const opened = await vault.decryptDataKey({ keys: again.encryptedKeys ?? "" });
      expect(opened.key).toBe(again.dataKey);
    },
  },
  {
    name: "a widget's token names user and organization, and verifies",
    async run(stage) {
      const { user, organizationId } = await newMember(stage);
      const made = await stage.workos.widgets.createToken({
        organizationId,
        userId: user.id,
        scopes: ["widgets:users-table:manage"],
      });
      const token = typeof made === "string" ? made : made.token;
      const keys = createRemoteJWKSet(new URL(`${stage.service.url}/sso/jwks/${stage.here.clientId}`));
      const { payload } = await jwtVerify(token, keys);
      expect(JSON.stringify(payload)).toContain(user.id);
      expect(JSON.stringify(payload)).toContain(organizationId);
    },
  },
  {
    name: "applications that sign in through Connect, and their secrets",
    needs: ["connect.createApplication"],
    async run({ workos: { connect }, here: { organizationId } }) {
      const redirectUris = [{ uri: "https://reports.example/callback", default: true }];
      const made = await connect.createApplication({
        name: "Reports",
        applicationType: "oauth",
        isFirstParty: true,
        description: "Monthly",
        scopes: ["openid", "email"],
        redirectUris,
      });
      expect(made).toMatchObject({
        object: "connect_application",
        id: anId("conn_app"),
        clientId: anId("client"),
        name: "Reports",
        description: "Monthly",
        applicationType: "oauth",
        scopes: ["openid", "email"],
        redirectUris,
        isFirstParty: true,
        usesPkce: false,
        createdAt: expect.any(Date),
      });
      const { id } = made;
      expect(await connect.getApplication({ id })).toEqual(made);
      const oauth = await connect.createOAuthApplication(
        "Charts",
        false,
        "D",
        ["openid"],
        redirectUris,
        true,
        organizationId,
      );
      expect(oauth).toMatchObject({ name: "Charts", isFirstParty: false, usesPkce: true, organizationId });
      const machine = await connect.createM2MApplication("Nightly", organizationId, undefined, ["read:all"]);
      expect(machine).toMatchObject({ applicationType: "m2m", organizationId, scopes: ["read:all"] });
      const ofOrganization = await connect.listApplications({ organizationId });
      expect(ofOrganization.data.map(({ name }) => name).sort()).toEqual(["Charts", "Nightly"]);
      expect(await connect.updateApplication({ id, name: "Renamed" })).toMatchObject({
        id,
        name: "Renamed",
        // The SDK sends null for what is left out.
        description: null,
      });
      const { secret, ...shown } = await connect.createApplicationClientSecret({ id });
      expect(shown).toMatchObject({
        object: "connect_application_secret",
        id: anId("secret"),
        secretHint: secret.slice(-4),
        lastUsedAt: null,
      });
      expect(await connect.listApplicationClientSecrets({ id })).toEqual([shown]);
      expect(await connect.deleteClientSecret({ id: shown.id })).toBeUndefined();
      expect(await connect.listApplicationClientSecrets({ id })).toEqual([]);
      expect(await connect.deleteApplication({ id })).toBeUndefined();
      await expect(connect.getApplication({ id })).rejects.toMatchObject(notThere);
    },
  },
];
