import { expect } from "vitest";
import type { Scenario } from "./stage.ts";

/** Whatever any of these methods asks for, so that the SDK makes a request of it. */
const GIVEN = {
  action: "block",
  agentBlueprintId: "agent_blueprint_1",
  clientId: "client_1",
  code: "123456",
  contactId: "it_contact_1",
  credential: { type: "api_key" },
  entry: "10.0.0.1",
  externalAuthId: "external_1",
  id: "thing_1",
  organizationId: "org_1",
  pendingAuthenticationToken: "token",
  permissions: [],
  provider: "github",
  radarChallengeId: "radar_challenge_1",
  sessionSettings: { maxAgeSeconds: 60 },
  slug: "github",
  type: "ip_address",
  user: { id: "user_1", email: "kim@outside.example" },
  userId: "user_1",
};

/** Methods whose operations are not offered, and what they are given: everything, or an id first. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, "all" | "id">>>> = {
  agents: {
    createBlueprint: "all",
    listBlueprints: "all",
    getBlueprint: "id",
    updateBlueprint: "all",
    deleteBlueprint: "id",
    mintToken: "all",
    listInstances: "all",
    getInstance: "id",
    deleteInstance: "id",
    listInstanceSessions: "all",
    getInstanceSession: "id",
    revokeInstanceSession: "id",
    linkClaimAttemptToExternalUser: "all",
    getRegistration: "id",
    validateCredential: "all",
    validateCredentialRemotely: "all",
  },
  connect: { completeOAuth2: "all" },
  organizations: {
    listItContacts: "all",
    createItContact: "all",
    deleteItContact: "all",
    inviteItContact: "all",
    revokeItContact: "all",
  },
  pipes: {
    listDataIntegrations: "all",
    createDataIntegration: "all",
    getDataIntegration: "all",
    updateDataIntegration: "all",
    deleteDataIntegration: "all",
    createDataIntegrationApiKey: "all",
    updateDataIntegrationApiKey: "all",
    authorizeDataIntegration: "all",
    createDataIntegrationClientCredential: "all",
    updateDataIntegrationClientCredentials: "all",
    createDataIntegrationCredential: "all",
    getOrganizationDataIntegration: "all",
    updateOrganizationDataIntegration: "all",
    deleteOrganizationDataIntegration: "all",
    getAccessToken: "all",
    getOrganizationConnectedAccount: "all",
    createOrganizationConnectedAccount: "all",
    updateOrganizationConnectedAccount: "all",
    deleteOrganizationConnectedAccount: "all",
    listOrganizationDataProviders: "all",
    getUserConnectedAccount: "all",
    createUserConnectedAccount: "all",
    updateUserConnectedAccount: "all",
    deleteUserConnectedAccount: "all",
    listUserDataProviders: "all",
  },
  radar: { createAttempt: "all", updateAttempt: "all", addListEntry: "all", removeListEntry: "all" },
  userManagement: {
    sendRadarSmsChallenge: "all",
    listWaitlists: "all",
    getWaitlist: "id",
    listWaitlistEntries: "id",
    createWaitlistEntry: "id",
    approveWaitlistEntry: "id",
    denyWaitlistEntry: "id",
    deleteWaitlistEntry: "id",
  },
};

type Methods = Record<string, ((...given: unknown[]) => Promise<unknown>) | undefined>;

export const OFFLINE: Scenario[] = [
  {
    name: "what is not offered is refused with the reason, in the SDK's own error",
    async run({ workos, major }) {
      for (const [area, methods] of Object.entries(REFUSED))
        for (const [method, form] of Object.entries(methods)) {
          const call = (Reflect.get(workos, area) as Methods)[method];
          if (!call && major !== "11") continue;
          const asked = call?.(...(form === "id" ? ["thing_1", GIVEN] : [GIVEN]));
          // Version 7 and 8 keep no code of a 400; the sentence says it too.
          await expect(asked, `${area}.${method}`).rejects.toMatchObject({
            status: 400,
            message: expect.stringContaining("is not supported by the offline identity service. "),
          });
        }
    },
  },
  {
    name: "Radar's challenges are no way to a session here",
    needs: ["userManagement.authenticateWithRadarSmsChallenge"],
    async run({ workos: { userManagement }, here: { clientId } }) {
      const answer = { clientId, code: "123456", pendingAuthenticationToken: "token" };
      const refusal = { error: "unsupported_grant_type" };
      const radarChallengeId = "radar_challenge_1";
      await expect(
        userManagement.authenticateWithRadarEmailChallenge({ ...answer, radarChallengeId }),
      ).rejects.toMatchObject(refusal);
      await expect(
        userManagement.authenticateWithRadarSmsChallenge({
          ...answer,
          verificationId: "verification_1",
          phoneNumber: "+10000000000",
        }),
      ).rejects.toMatchObject(refusal);
    },
  },
];
