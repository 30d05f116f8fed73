import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import { ADA, type IdpAsk, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";
import { type Bench, type Contender, rate } from "./bench.ts";

const ASK: IdpAsk = {
  audience: "https://sp.example.com/saml",
  acsUrl: "https://sp.example.com/saml/acs",
  inResponseTo: "_0123456789abcdef0123456789abcdef",
};
const SIZE_BYTES = 7_168;

/** One response whose assertion is signed (RSA 2048, SHA-256), of 7 kB: a person in some forty groups. */
async function signedResponse() {
  const settings = idpSettings();
  const groups: string[] = [];
  for (;;) {
    const person = { ...ADA, attributes: { ...ADA.attributes, groups } };
    const response = await samlResponse(settings, person, ASK);
    if (Buffer.byteLength(response, "base64") >= SIZE_BYTES) return { settings, response };
    groups.push(`Engineering group ${groups.length}`);
  }
}

async function ours(): Promise<Contender> {
  const { settings, response } = await signedResponse();
  const verify = () =>
    verifyResponse(
      { samlResponse: response, relayState: null },
      {
        now: new Date(),
        clockSkewMs: 60_000,
        connectionActive: true,
        sp: { entityId: ASK.audience, acsUrl: ASK.acsUrl, decryptionKeys: [] },
        idp: { entityId: settings.entityId, certificates: [settings.certificate] },
        inResponseTo: ASK.inResponseTo ?? null,
        allowIdpInitiated: false,
        allowSha1: false,
        requireEncryptedAssertion: false,
        firstUse: () => true,
      },
    );
  return {
    measure: rate(async () => {
      const { nameId } = await verify();
      if (nameId.value !== ADA.nameId) throw new Error("Ours did not say who signed in.");
    }),
  };
}

async function peer(): Promise<Contender> {
  const { settings, response } = await signedResponse();
  const saml = new SAML({
    idpCert: settings.certificate,
    idpIssuer: settings.entityId,
    issuer: ASK.audience,
    audience: ASK.audience,
    callbackUrl: ASK.acsUrl,
    entryPoint: "https://idp.example.com/sso",
    wantAuthnResponseSigned: false,
    wantAssertionsSigned: true,
    acceptedClockSkewMs: 60_000,
    validateInResponseTo: ValidateInResponseTo.always,
    // Knows every request, and forgets none: the same response is judged over and over.
    cacheProvider: {
      saveAsync: async (_key, value) => ({ value, createdAt: Date.now() }),
      getAsync: async () => new Date().toISOString(),
      removeAsync: async (key) => key,
    },
  });
  return {
    measure: rate(async () => {
      const { profile } = await saml.validatePostResponseAsync({ SAMLResponse: response });
      if (profile?.nameID !== ADA.nameId) throw new Error("The peer did not say who signed in.");
    }),
  };
}

export const bench: Bench = {
  cases: [{ name: "7 kB response, assertion signed", unit: "responses/s", better: "higher", ours, peer }],
};
