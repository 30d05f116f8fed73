import { TOTP } from "otpauth";
import { expect } from "vitest";
import { A_TIME, anId, byPassword, newUser, notThere, type Scenario, whatIsMissing } from "./stage.ts";

export const FACTORS: Scenario[] = [
  {
    name: "a second factor is set up, asked for and answered",
    async run(stage) {
      const { userManagement, multiFactorAuth } = stage.workos;
      const user = await newUser(stage);
      const made = await multiFactorAuth.createUserAuthFactor({
        userId: user.id,
        type: "totp",
        totpIssuer: "Harbour",
        totpUser: user.email,
      });
      expect(made.authenticationFactor).toMatchObject({
        object: "authentication_factor",
        id: anId("auth_factor"),
        type: "totp",
        totp: {
          secret: expect.stringMatching(/^[A-Z2-7]+$/),
          uri: expect.stringMatching(/^otpauth:/),
          qrCode: expect.stringMatching(/^data:image\/png;base64,/),
        },
      });
      expect(made.authenticationChallenge).toMatchObject({
        object: "authentication_challenge",
        authenticationFactorId: made.authenticationFactor.id,
        createdAt: A_TIME,
      });
      const totp = new TOTP({ secret: made.authenticationFactor.totp?.secret ?? "" });
      const later = (steps: number) => totp.generate({ timestamp: Date.now() + steps * 30_000 });
      const confirmed = await multiFactorAuth.verifyChallenge({
        authenticationChallengeId: made.authenticationChallenge.id,
        code: later(0),
      });
      expect(confirmed.valid).toBe(true);
      const factors = await multiFactorAuth.listUserAuthFactors({ userId: user.id });
      expect(factors.data).toMatchObject([{ id: made.authenticationFactor.id, type: "totp" }]);
      const missing = await whatIsMissing(byPassword(stage, user.email));
      expect(missing).toMatchObject({ code: "mfa_challenge" });
      const challenge = await multiFactorAuth.challengeFactor({
        authenticationFactorId: made.authenticationFactor.id,
      });
      const signedIn = await userManagement.authenticateWithTotp({
        clientId: stage.here.clientId,
        code: later(1),
        authenticationChallengeId: challenge.id,
        pendingAuthenticationToken: missing.pending_authentication_token ?? "",
      });
      expect(signedIn.user.id).toBe(user.id);
    },
  },
  {
    name: "a factor that belongs to no user is enrolled, challenged, verified and removed",
    async run({ workos: { multiFactorAuth } }) {
      const made = await multiFactorAuth.enrollFactor({ type: "totp", issuer: "Harbour", user: "kim" });
      expect(made).toMatchObject({ object: "authentication_factor", id: anId("auth_factor"), type: "totp" });
      expect(await multiFactorAuth.getFactor(made.id)).toMatchObject({
        id: made.id,
        type: "totp",
        totp: { issuer: "Harbour", user: "kim" },
      });
      const challenge = await multiFactorAuth.challengeFactor({ authenticationFactorId: made.id });
      expect(challenge).toMatchObject({
        object: "authentication_challenge",
        id: anId("auth_challenge"),
        authenticationFactorId: made.id,
      });
      const code = new TOTP({ secret: made.totp?.secret ?? "" }).generate();
      const answer = { authenticationChallengeId: challenge.id, code };
      const verified = await multiFactorAuth.verifyChallenge(answer);
      expect(verified).toMatchObject({ valid: true, challenge: { id: challenge.id } });
      expect(await multiFactorAuth.deleteFactor(made.id)).toBeUndefined();
      await expect(multiFactorAuth.getFactor(made.id)).rejects.toMatchObject(notThere);
    },
  },
];
