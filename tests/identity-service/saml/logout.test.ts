import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import {
  type CarriedLogout,
  type LogoutExpectations,
  verifyLogout,
} from "#lib/identity-service/saml/logout.ts";
import { buildLogoutRequest, buildLogoutResponse } from "#lib/identity-service/saml/logout-messages.ts";
import {
  assertionXml,
  at,
  EVIL_PAIR,
  IDP,
  IDP_PAIR,
  NOW,
  SP_PAIR,
  signed,
} from "#tests/support/saml-attacks.ts";
import { encrypted } from "#tests/support/saml-encryption.ts";
import {
  logoutRequestXml,
  logoutResponseXml,
  postFields,
  redirectQuery,
} from "#tests/support/saml-logout.ts";

const SLO = "https://sp.example.com/saml/slo";
const TEXT = { issuer: IDP, destination: SLO, issuedAt: NOW, id: "_request1" };
const REQUEST = logoutRequestXml({ ...TEXT, indexes: ["_session1"] });

function expected(changes: Partial<LogoutExpectations> = {}): LogoutExpectations {
  return {
    now: NOW,
    clockSkewMs: 60_000,
    connectionActive: true,
    idp: { entityId: IDP, certificates: [IDP_PAIR.certificate] },
    allowSha1: false,
    sloUrl: SLO,
    decryptionKeys: async () => [SP_PAIR.privateKey],
    ...changes,
  };
}

const redirect = (query: string): CarriedLogout => ({ binding: "redirect", query });
const post = (form: Record<string, string>): CarriedLogout => ({ binding: "post", form });
const both = (xml: string): CarriedLogout[] => [
  redirect(redirectQuery("SAMLRequest", xml, IDP_PAIR)),
  post(postFields("SAMLRequest", xml, IDP_PAIR)),
];

async function refusal(carried: CarriedLogout, changes: Partial<LogoutExpectations> = {}): Promise<string> {
  const error = await verifyLogout(carried, expected(changes)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "SamlRefusal" });
  return (error as { check: string }).check;
}

describe("a logout request of the identity provider", () => {
  test.each(both(REQUEST))("is believed where it is signed: %#", async (carried) => {
    expect(await verifyLogout(carried, expected())).toMatchObject({
      kind: "request",
      id: "_request1",
      nameId: { value: "ada@example.com" },
      sessionIndexes: ["_session1"],
      relayState: null,
    });
  });

  test("is remembered for as long as its age would let it in again", async () => {
    const [carried] = both(REQUEST);
    const { until } = (await verifyLogout(carried as CarriedLogout, expected())) as { until: Date };
    const stillFresh = expected({ now: new Date(until.getTime() - 1) });
    await expect(verifyLogout(carried as CarriedLogout, stillFresh)).resolves.toBeDefined();
    expect(await refusal(carried as CarriedLogout, { now: until })).toBe("message.issue_instant");
  });

  test("is verified over the query as it was written, however that is encoded", async () => {
    const encode = (text: string) =>
      encodeURIComponent(text).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
    const query = redirectQuery("SAMLRequest", REQUEST, IDP_PAIR, { relayState: "ü&=", encode });
    expect(await verifyLogout(redirect(`${query}&other=1`), expected())).toMatchObject({ relayState: "ü&=" });
  });

  test.each([
    ["unsigned, by redirect", redirect(redirectQuery("SAMLRequest", REQUEST, null)), "message.signed"],
    ["unsigned, by POST", post(postFields("SAMLRequest", REQUEST, null)), "message.signed"],
    [
      "signed inside only, by redirect",
      redirect(redirectQuery("SAMLRequest", signed(REQUEST, "LogoutRequest"), null)),
      "message.signed",
    ],
    [
      "signed by somebody else, by redirect",
      redirect(redirectQuery("SAMLRequest", REQUEST, EVIL_PAIR)),
      "message.signature.value",
    ],
    [
      "signed by somebody else, by POST",
      post(postFields("SAMLRequest", REQUEST, EVIL_PAIR)),
      "message.signature.value",
    ],
    [
      "with a RelayState that was added after it was signed",
      redirect(`${redirectQuery("SAMLRequest", REQUEST, IDP_PAIR)}&RelayState=x`),
      "message.signature.value",
    ],
    [
      "with its signature's algorithm changed",
      redirect(redirectQuery("SAMLRequest", REQUEST, IDP_PAIR).replace("rsa-sha256", "rsa-sha512")),
      "message.signature.value",
    ],
    [
      "signed with SHA-1",
      redirect(
        redirectQuery("SAMLRequest", REQUEST, IDP_PAIR, {
          algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
          hash: "sha1",
        }),
      ),
      "message.signature.algorithms",
    ],
    [
      "signed with HMAC, whose key would be the public one",
      redirect(
        redirectQuery("SAMLRequest", REQUEST, IDP_PAIR, {
          algorithm: "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
        }),
      ),
      "message.signature.algorithms",
    ],
    [
      "with a second message beside the signed one",
      redirect(`${redirectQuery("SAMLRequest", REQUEST, IDP_PAIR)}&SAMLRequest=x`),
      "message.encoding",
    ],
    [
      "that unpacks to more than a message is",
      redirect(redirectQuery("SAMLRequest", Buffer.alloc(1_000_000, 32), IDP_PAIR)),
      "message.encoding",
    ],
    [
      "changed after it was signed",
      post({
        SAMLRequest: Buffer.from(signed(REQUEST, "LogoutRequest").replace("ada@", "eve@")).toString("base64"),
      }),
      "message.signature.digest",
    ],
    [
      "around the one that was signed: the wrapping attack",
      post({ SAMLRequest: Buffer.from(wrapped()).toString("base64") }),
      "message.signed",
    ],
    [
      "that is an assertion's response",
      post({ SAMLRequest: Buffer.from(assertionXml()).toString("base64") }),
      "message.shape",
    ],
  ])("is refused %s", async (_how, carried, check) => {
    expect(await refusal(carried)).toBe(check);
  });

  test.each([
    ["another issuer", { ...TEXT, issuer: "https://other.example" }, "message.issuer"],
    ["another address", { ...TEXT, destination: "https://sp.example.com/saml/acs" }, "message.destination"],
    ["no address", { ...TEXT, destination: null }, "message.destination"],
    ["an end that is over", { ...TEXT, attributes: ` NotOnOrAfter="${at(-2)}"` }, "message.not_on_or_after"],
    [
      "a time long past",
      { ...TEXT, issuedAt: new Date(NOW.getTime() - 12 * 60_000) },
      "message.issue_instant",
    ],
    ["a time to come", { ...TEXT, issuedAt: new Date(NOW.getTime() + 2 * 60_000) }, "message.issue_instant"],
    ["nobody's name", { ...TEXT, subject: "" }, "message.name_id"],
    [
      "a name that a comment cuts in two",
      { ...TEXT, subject: "<saml:NameID>ada@example.com<!---->.evil.com</saml:NameID>" },
      "message.comments",
    ],
  ])("is refused with %s, by either binding", async (_what, text, check) => {
    for (const carried of both(logoutRequestXml(text))) expect(await refusal(carried)).toBe(check);
  });

  describe("that names the person encrypted", () => {
    const NAME =
      '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">ada@example.com</saml:NameID>';
    const encryptedName = (certificate: string) =>
      encrypted(NAME, certificate, { content: "aes256-gcm", key: "rsa-oaep-mgf1p" }).replaceAll(
        "EncryptedAssertion",
        "EncryptedID",
      );
    const naming = (certificate: string) =>
      both(logoutRequestXml({ ...TEXT, subject: encryptedName(certificate) }));

    test("is read with our key", async () => {
      for (const carried of naming(SP_PAIR.certificate))
        expect(await verifyLogout(carried, expected())).toMatchObject({
          nameId: { value: "ada@example.com" },
        });
    });

    test("is refused where it is for another key, and no key is asked for before the signature holds", async () => {
      for (const carried of naming(EVIL_PAIR.certificate))
        expect(await refusal(carried)).toBe("message.name_id");
      const asked: string[] = [];
      const decryptionKeys = async () => {
        asked.push("asked");
        return [SP_PAIR.privateKey];
      };
      const xml = logoutRequestXml({ ...TEXT, subject: encryptedName(SP_PAIR.certificate) });
      const forged = redirect(redirectQuery("SAMLRequest", xml, EVIL_PAIR));
      expect(await refusal(forged, { decryptionKeys })).toBe("message.signature.value");
      expect(asked).toEqual([]);
    });
  });

  test("is refused on a connection that is switched off, or that trusts no certificate", async () => {
    const [carried] = both(REQUEST) as [CarriedLogout];
    expect(await refusal(carried, { connectionActive: false })).toBe("connection.active");
    expect(await refusal(carried, { idp: { entityId: IDP, certificates: [] } })).toBe("idp.certificates");
  });
});

/** A forged request that carries the signed one, with its signature, inside. */
function wrapped(): string {
  const good = signed(REQUEST, "LogoutRequest");
  const forged = logoutRequestXml({ ...TEXT, id: "_forged", nameId: "eve@example.com" });
  return forged.replace("</samlp:LogoutRequest>", `<x>${good}</x></samlp:LogoutRequest>`);
}

describe("our own logout messages", () => {
  const common = {
    id: "_ours",
    now: NOW,
    destination: SLO,
    spEntityId: IDP,
    relayState: "handle",
    signing: IDP_PAIR,
  };
  // Sent to ourselves, as if we were the provider: verifying shares no code with building.
  test.each(["redirect", "post"] as const)(
    "are signed so that the other side believes them: %s",
    async (binding) => {
      const nameId = { value: "a&<b>", format: "urn:x", nameQualifier: null, spNameQualifier: "q" };
      const request = buildLogoutRequest({
        ...common,
        binding,
        nameId,
        sessionIndex: "_s&1",
        notOnOrAfter: new Date(NOW.getTime() + 60_000),
      });
      expect(await verifyLogout(carriedOf(request), expected())).toMatchObject({
        kind: "request",
        nameId,
        sessionIndexes: ["_s&1"],
        relayState: "handle",
      });
      const response = buildLogoutResponse({ ...common, binding, inResponseTo: "_theirs" });
      expect(await verifyLogout(carriedOf(response), expected())).toEqual({
        kind: "response",
        inResponseTo: "_theirs",
      });
    },
  );

  test("an answer that does not say what it answers is refused", async () => {
    const xml = logoutResponseXml({ ...TEXT, inResponseTo: "" });
    expect(await refusal(redirect(redirectQuery("SAMLResponse", xml, IDP_PAIR)))).toBe(
      "message.in_response_to",
    );
  });

  test("what is not packed as a redirect packs it is refused", async () => {
    const query = redirectQuery("SAMLRequest", deflateRawSync("x"), IDP_PAIR);
    expect(await refusal(redirect(query))).toBe("message.xml");
  });
});

function carriedOf(message: ReturnType<typeof buildLogoutRequest>): CarriedLogout {
  return message.binding === "redirect"
    ? redirect(new URL(message.url).search.slice(1))
    : post({ ...message.fields });
}
