import { describe, expect, test } from "vitest";
import { ACS, at, goodResponse, IDP, REQUEST, responseXml, SP, signed } from "#tests/support/saml-attacks.ts";
import { changed, refusalOf, saying } from "./refusals.ts";

const CONDITIONS = `<saml:Conditions NotBefore="${at(-1)}" NotOnOrAfter="${at(5)}">`;
const CONFIRMATION = /<saml:SubjectConfirmation [\s\S]*<\/saml:SubjectConfirmation>/;
const AUDIENCE = `<saml:Audience>${SP}</saml:Audience>`;
const ISSUER = `${at(0)}"><saml:Issuer>${IDP}`;

describe("what a signed response says", () => {
  test.each([
    [
      "a response of another issuer",
      "response.issuer",
      () => saying(`assertion">${IDP}`, 'assertion">https://other.example.com'),
    ],
    [
      "an assertion of another issuer",
      "assertion.issuer",
      () => saying(ISSUER, `${at(0)}"><saml:Issuer>https://other.example.com`),
    ],
    [
      "an assertion of an issuer that is a person",
      "assertion.issuer",
      () =>
        saying(
          ISSUER,
          ISSUER.replace(
            "<saml:Issuer>",
            '<saml:Issuer Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">',
          ),
        ),
    ],
    ["an issuer that only begins like ours", "assertion.issuer", () => saying(ISSUER, `${ISSUER}.evil.com`)],
    [
      "a response for another address",
      "response.destination",
      () => saying(`Destination="${ACS}"`, 'Destination="https://other.example.com/acs"'),
    ],
    [
      "a signed response for no address",
      "response.destination",
      () => saying(` Destination="${ACS}"`, "", "Response"),
    ],
    [
      "a response to another request",
      "response.in_response_to",
      () => saying(`InResponseTo="${REQUEST}">`, 'InResponseTo="_other">'),
    ],
    [
      "a response to no request where one was sent",
      "response.in_response_to",
      () => saying(` InResponseTo="${REQUEST}">`, ">"),
    ],
    [
      "an assertion to another request",
      "subject.in_response_to",
      () => saying(`Data InResponseTo="${REQUEST}"`, 'Data InResponseTo="_other"'),
    ],
    [
      "an assertion to no request where one was sent",
      "subject.in_response_to",
      () => saying(`Data InResponseTo="${REQUEST}"`, "Data"),
    ],
    [
      "an assertion for another recipient: another connection or environment",
      "subject.recipient",
      () => saying(`Recipient="${ACS}"`, 'Recipient="https://sp.example.com/saml/acs/other"'),
    ],
    ["an assertion for no recipient", "subject.recipient", () => saying(` Recipient="${ACS}"`, "")],
    [
      "a recipient that differs by case",
      "subject.recipient",
      () => saying(`Recipient="${ACS}"`, `Recipient="${ACS.toUpperCase()}"`),
    ],
    ["an assertion without SubjectConfirmation", "subject.confirmation", () => saying(CONFIRMATION, "")],
    [
      "a confirmation that is not the bearer's",
      "subject.confirmation",
      () => saying("cm:bearer", "cm:sender-vouches"),
    ],
    [
      "a confirmation without data",
      "subject.confirmation",
      () => saying(/<saml:SubjectConfirmationData[^>]*>/, ""),
    ],
    [
      "an expired confirmation",
      "subject.not_on_or_after",
      () => saying(`NotOnOrAfter="${at(5)}" Recipient`, `NotOnOrAfter="${at(-1)}" Recipient`),
    ],
    [
      "a confirmation without an end",
      "subject.not_on_or_after",
      () => saying(`NotOnOrAfter="${at(5)}" Recipient`, "Recipient"),
    ],
    [
      "a confirmation that is not valid yet",
      "subject.not_before",
      () => saying("SubjectConfirmationData ", `SubjectConfirmationData NotBefore="${at(2)}" `),
    ],
    [
      "an assertion without a subject",
      "subject.name_id",
      () => saying(/<saml:Subject>[\s\S]*<\/saml:Subject>/, ""),
    ],
    [
      "an assertion without NameID",
      "subject.name_id",
      () => saying(/<saml:NameID [\s\S]*<\/saml:NameID>/, ""),
    ],
    ["an empty NameID", "subject.name_id", () => saying(/(<saml:NameID [^>]*>)[^<]*/, "$1  ")],
    [
      "a NameID with an element inside",
      "subject.name_id",
      () => saying(/(<saml:NameID [^>]*>)[^<]*/, "$1admin<saml:b/>@example.com"),
    ],
    ["two NameIDs", "subject.name_id", () => saying(/<saml:NameID [\s\S]*<\/saml:NameID>/, "$&$&")],
    [
      "an assertion for another audience",
      "conditions.audience",
      () => saying(AUDIENCE, "<saml:Audience>https://other.example.com</saml:Audience>"),
    ],
    [
      "an assertion for no audience",
      "conditions.audience",
      () => saying(/<saml:AudienceRestriction>[\s\S]*<\/saml:AudienceRestriction>/, ""),
    ],
    [
      "an assertion that a second restriction gives to another audience",
      "conditions.audience",
      () =>
        saying(
          "</saml:Conditions>",
          "<saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction></saml:Conditions>",
        ),
    ],
    [
      "an assertion that is not valid yet",
      "conditions.not_before",
      () => saying(CONDITIONS, CONDITIONS.replace(at(-1), at(2))),
    ],
    [
      "an assertion that has expired",
      "conditions.not_on_or_after",
      () => saying(CONDITIONS, CONDITIONS.replace(at(5), at(-1))),
    ],
    [
      "a time without a zone",
      "conditions.not_on_or_after",
      () => saying(CONDITIONS, CONDITIONS.replace(at(5), at(5).replace("Z", ""))),
    ],
    [
      "a time that is none",
      "conditions.not_before",
      () => saying(CONDITIONS, CONDITIONS.replace(at(-1), "yesterday")),
    ],
    [
      "an assertion without conditions",
      "conditions.understood",
      () => saying(/<saml:Conditions [\s\S]*<\/saml:Conditions>/, ""),
    ],
    [
      "a condition that nobody knows",
      "conditions.understood",
      () => saying("</saml:Conditions>", "<saml:Condition/></saml:Conditions>"),
    ],
    [
      "an assertion of another version",
      "assertion.shape",
      () => saying('ID="_assertion1" Version="2.0"', 'ID="_assertion1" Version="1.1"'),
    ],
    [
      "an assertion from the future",
      "assertion.issue_instant",
      () =>
        saying(
          `Version="2.0" IssueInstant="${at(0)}"><saml:Issuer>`,
          `Version="2.0" IssueInstant="${at(2)}"><saml:Issuer>`,
        ),
    ],
    [
      "an assertion that nobody signed in for",
      "authn.statement",
      () => saying(/<saml:AuthnStatement [\s\S]*<\/saml:AuthnStatement>/, ""),
    ],
    [
      "a session that has ended",
      "authn.session",
      () => saying("SessionIndex=", `SessionNotOnOrAfter="${at(-1)}" SessionIndex=`),
    ],
    [
      "a response that reports a failure",
      "response.status",
      () => saying("status:Success", "status:Responder"),
    ],
    [
      "a response without a status",
      "response.status",
      () => saying(/<samlp:Status>[\s\S]*<\/samlp:Status>/, ""),
    ],
    ["a response without an assertion", "response.one_assertion", () => signed(responseXml(""), "Response")],
  ])("refuses %s", async (_name, check, xml) => {
    expect(await refusalOf(xml())).toMatchObject({ check });
  });

  test("says what the identity provider said when it refuses, signed or not", async () => {
    const status = `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Responder"><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"/></samlp:StatusCode><samlp:StatusMessage>Wrong token.</samlp:StatusMessage>`;
    const refusal = await refusalOf(changed(/<samlp:StatusCode [^>]*>/, status, responseXml("")));
    expect(refusal).toMatchObject({ check: "response.status" });
    expect(refusal.message).toContain("Wrong token., AuthnFailed");
  });

  test("refuses everything on a connection that was switched off in between", async () => {
    expect(await refusalOf(goodResponse(), { connectionActive: false })).toMatchObject({
      check: "connection.active",
    });
  });

  test("refuses the same response at another environment's address, entity or identity provider", async () => {
    const sp = { entityId: SP, acsUrl: ACS, decryptionKeys: [] };
    const elsewhere = [{ sp: { ...sp, acsUrl: `${ACS}/2` } }, { sp: { ...sp, entityId: `${SP}/2` } }];
    for (const changes of elsewhere) await refusalOf(goodResponse(), changes);
  });
});
