import { createVerify } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { SignedXml } from "xml-crypto";
import { buildAuthnRequest } from "#lib/identity-service/saml/request.ts";
import type { AuthnRequestInput } from "#lib/identity-service/saml/types.ts";
import { ACS, NOW, REQUEST, SP, SP_PAIR } from "#tests/support/saml-attacks.ts";
import { startSamlIdp } from "#tests/support/saml-idp.ts";

function input(changes: Partial<AuthnRequestInput> = {}): AuthnRequestInput {
  return {
    id: REQUEST,
    now: NOW,
    binding: "redirect",
    destination: "https://idp.example.com/sso?tenant=1",
    spEntityId: SP,
    acsUrl: ACS,
    relayState: "handle & more",
    forceAuthn: true,
    nameIdFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    signing: SP_PAIR,
    ...changes,
  };
}

describe("requests by redirect", () => {
  test("carry the message, the relay state and a signature over the query as it is sent", () => {
    const request = buildAuthnRequest(input());
    if (request.binding !== "redirect") throw new Error("It was to be a redirect.");
    const url = new URL(request.url);
    expect(url.origin + url.pathname).toBe("https://idp.example.com/sso");
    expect([...url.searchParams.keys()]).toEqual([
      "tenant",
      "SAMLRequest",
      "RelayState",
      "SigAlg",
      "Signature",
    ]);
    expect(url.searchParams.get("RelayState")).toBe("handle & more");
    const xml = inflateRawSync(Buffer.from(url.searchParams.get("SAMLRequest") ?? "", "base64")).toString();
    expect(xml).toBe(request.xml);
    for (const part of [
      `ID="${REQUEST}"`,
      'ForceAuthn="true"',
      `AssertionConsumerServiceURL="${ACS}"`,
      `>${SP}<`,
      "nameid-format:persistent",
    ]) {
      expect(xml).toContain(part);
    }
    const signed = /SAMLRequest=[^#]*(?=&Signature=)/.exec(request.url)?.[0] ?? "";
    const signature = Buffer.from(url.searchParams.get("Signature") ?? "", "base64");
    expect(createVerify("sha256").update(signed).verify(SP_PAIR.certificate, signature)).toBe(true);
  });

  test("are as plain as wanted", () => {
    const request = buildAuthnRequest(
      input({ relayState: null, signing: null, forceAuthn: false, nameIdFormat: null }),
    );
    expect(request.xml).not.toMatch(/ForceAuthn|Format=/);
    expect("url" in request && request.url).not.toMatch(/RelayState|SigAlg|Signature/);
  });
});

describe("requests by POST", () => {
  test("carry a signature that another implementation verifies", () => {
    const request = buildAuthnRequest(
      input({ binding: "post", spEntityId: "https://sp.example.com/?a=1&b=<2>" }),
    );
    if (request.binding !== "post") throw new Error("It was to be a form.");
    expect(request).toMatchObject({
      action: "https://idp.example.com/sso?tenant=1",
      fields: { RelayState: "handle & more" },
    });
    const xml = Buffer.from(request.fields.SAMLRequest ?? "", "base64").toString();
    const verifier = new SignedXml({ publicCert: SP_PAIR.certificate });
    verifier.loadSignature(/<ds:Signature [\s\S]*<\/ds:Signature>/.exec(xml)?.[0] ?? "");
    expect(verifier.checkSignature(xml)).toBe(true);
  });
});

test.each(["javascript:alert(1)", "data:text/html,x", "idp.example.com/sso", ""])(
  "does not send anybody to %j",
  (destination) => {
    expect(() => buildAuthnRequest(input({ destination }))).toThrow("not a web address");
  },
);

test("keeps RelayState within the 80 bytes that it may have", () => {
  expect(() => buildAuthnRequest(input({ relayState: "ä".repeat(41) }))).toThrow("80 bytes");
});

test.each(["redirect", "post"] as const)(
  "another implementation understands our signed request by %s",
  async (binding) => {
    const idp = await startSamlIdp({ requestCertificate: SP_PAIR.certificate });
    try {
      const ask = input({ binding, destination: idp.ssoUrl });
      const page = await signIn(idp.url, buildAuthnRequest(ask));
      expect(page.status).toBe(200);
      expect(await page.text()).toContain(`action="${ACS}"`);
      const refused = await signIn(
        idp.url,
        buildAuthnRequest({ ...ask, signing: { ...SP_PAIR, privateKey: idp.settings.privateKey } }),
      );
      expect(refused.status).toBe(400);
    } finally {
      await idp.close();
    }
  },
);

function signIn(idp: string, request: ReturnType<typeof buildAuthnRequest>): Promise<Response> {
  const carried =
    request.binding === "post" ? request.fields : Object.fromEntries(new URL(request.url).searchParams);
  const body = new URLSearchParams({ ...carried, username: "ada", password: "correct horse" });
  return fetch(`${idp}/sign-in`, { method: "POST", body });
}
