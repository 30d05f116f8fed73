import { describe, expect, test } from "vitest";
import { mapProfile } from "#lib/identity-service/saml/profile.ts";
import type { Attribute, VerifiedAssertion } from "#lib/identity-service/saml/types.ts";
import { IDP, NOW } from "#tests/support/saml-attacks.ts";

const PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const CLAIMS = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims";

function assertion(
  attributes: Record<string, string | string[]>,
  nameId = "u1",
  format = PERSISTENT,
): VerifiedAssertion {
  return {
    id: "_1",
    issuer: IDP,
    nameId: { value: nameId, format, nameQualifier: null, spNameQualifier: null },
    attributes: Object.entries(attributes).map(([key, value]): Attribute => {
      const [name = "", friendlyName = null] = key.split("|");
      return { name, friendlyName, values: [value].flat() };
    }),
    sessionIndex: null,
    sessionNotOnOrAfter: null,
    authnInstant: NOW,
    authnContext: null,
    inResponseTo: null,
    signed: "assertion",
    encrypted: false,
    relayState: null,
    checks: [],
  };
}

describe("profiles", () => {
  test.each([
    ["Okta", { email: "ada@example.com", firstName: "Ada", lastName: "Lovelace", groups: ["a", "b"] }],
    [
      "Entra",
      {
        [`${CLAIMS}/emailaddress`]: "ada@example.com",
        [`${CLAIMS}/givenname`]: "Ada",
        [`${CLAIMS}/surname`]: "Lovelace",
        [`${CLAIMS}/name`]: "ada@example.onmicrosoft.com",
        "http://schemas.microsoft.com/ws/2008/06/identity/claims/groups": ["a", "b"],
      },
    ],
    [
      "ADFS",
      {
        [`${CLAIMS}/emailaddress`]: "ada@example.com",
        [`${CLAIMS}/givenname`]: "Ada",
        [`${CLAIMS}/surname`]: "Lovelace",
        "http://schemas.xmlsoap.org/claims/Group": ["a", "b"],
      },
    ],
    ["Google", { email: "ada@example.com", first_name: "Ada", last_name: "Lovelace", groups: ["a", "b"] }],
    [
      "Shibboleth",
      {
        "urn:oid:0.9.2342.19200300.100.1.3|mail": "ada@example.com",
        "urn:oid:2.5.4.42|givenName": "Ada",
        "urn:oid:2.5.4.4|sn": "Lovelace",
        "urn:oid:1.3.6.1.4.1.5923.1.5.1.1|isMemberOf": ["a", "b"],
      },
    ],
    ["simpleSAMLphp", { mail: "ada@example.com", givenName: "Ada", sn: "Lovelace", memberOf: ["a", "b"] }],
    [
      "Keycloak",
      {
        "urn:oid:1.2.840.113549.1.9.1|email": "ada@example.com",
        "urn:oid:2.5.4.42|givenName": "Ada",
        "urn:oid:2.5.4.4|surname": "Lovelace",
        member: "x",
        group: ["a", "b"],
      },
    ],
  ])("fills the fields from what %s sends by default", (_idp, attributes) => {
    expect(mapProfile(assertion(attributes), {})).toMatchObject({
      idp_id: "u1",
      email: "ada@example.com",
      first_name: "Ada",
      last_name: "Lovelace",
      name: "Ada Lovelace",
      groups: ["a", "b"],
      custom_attributes: {},
    });
  });

  test("fills them as the connection's map says, and takes nothing else instead", () => {
    const sent = assertion({
      uid: "42",
      email: "wrong@example.com",
      "urn:x|Dept": ["R&D"],
      tags: ["x", "y"],
    });
    const map = {
      idp_id: "UID",
      email: "mail2",
      custom_attributes: { department: "dept", tags: "tags", none: "none" },
    };
    expect(mapProfile(sent, map)).toMatchObject({
      idp_id: "42",
      email: null,
      first_name: null,
      name: null,
      groups: [],
      custom_attributes: { department: "R&D", tags: ["x", "y"] },
      raw_attributes: { uid: "42", email: "wrong@example.com", "urn:x": "R&D", tags: ["x", "y"] },
    });
  });

  test("takes the e-mail address from the NameID where there is no attribute for it", () => {
    expect(mapProfile(assertion({}, "ada@example.com"), {})).toMatchObject({
      idp_id: "ada@example.com",
      email: "ada@example.com",
    });
    expect(mapProfile(assertion({}, "u1"), {}).email).toBeNull();
    expect(mapProfile(assertion({ email: "" }, "ada@example.com"), { email: "NameID" }).email).toBe(
      "ada@example.com",
    );
  });

  test("refuses a person that could not be known again", () => {
    expect(() => mapProfile(assertion({}, "u1"), { idp_id: "uid" })).toThrow('did not send "uid"');
    const transient = assertion({}, "t1", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient");
    expect(() => mapProfile(transient, {})).toThrow("transient");
    expect(
      mapProfile(assertion({ uid: "42" }, "t1", transient.nameId.format ?? ""), { idp_id: "uid" }).idp_id,
    ).toBe("42");
  });

  test("keeps names like __proto__ as nothing but names", () => {
    const { raw_attributes } = mapProfile(assertion({ constructor: "x" }), {});
    expect(raw_attributes.constructor).toBe("x");
    const odd = { ...assertion({}), attributes: [{ name: "__proto__", friendlyName: null, values: ["x"] }] };
    expect(Object.getOwnPropertyNames(mapProfile(odd, {}).raw_attributes)).toEqual(["__proto__"]);
  });
});
