import { describe, expect, test, vi } from "vitest";
import { readInResponseTo, verifyResponse } from "#lib/identity-service/saml/response.ts";
import {
  at,
  expectations,
  goodResponse,
  IDP,
  IDP_PAIR,
  posted,
  REQUEST,
  responseXml,
  SP,
  signed,
} from "#tests/support/saml-attacks.ts";
import { changed, refusalOf, saying } from "./refusals.ts";

const AUDIENCE = `<saml:Audience>${SP}</saml:Audience>`;

describe("clocks", () => {
  test("grants the skew that was given, and not a millisecond more", async () => {
    const late = new Date(Date.parse(at(5)) + 60_000);
    await expect(
      verifyResponse(posted(goodResponse()), expectations({ now: new Date(late.getTime() - 1) })),
    ).resolves.toBeDefined();
    expect(await refusalOf(goodResponse(), { now: late })).toMatchObject({
      check: "subject.not_on_or_after",
    });
    const early = new Date(Date.parse(at(0)) - 60_000);
    await expect(verifyResponse(posted(goodResponse()), expectations({ now: early }))).resolves.toBeDefined();
    expect(await refusalOf(goodResponse(), { now: new Date(early.getTime() - 1) })).toMatchObject({
      check: "assertion.issue_instant",
    });
  });

  test("grants five minutes at most, whatever is asked", async () => {
    const now = new Date(Date.parse(at(5)) + 5 * 60_000);
    expect(await refusalOf(goodResponse(), { now, clockSkewMs: 86_400_000 })).toMatchObject({
      check: "subject.not_on_or_after",
    });
  });
});

describe("sign-in that begins at the identity provider", () => {
  const unasked = () =>
    signed(
      responseXml().replace(` InResponseTo="${REQUEST}">`, ">").replace(` InResponseTo="${REQUEST}"`, ""),
      "Assertion",
    );

  test("is refused unless the connection allows it", async () => {
    expect(await refusalOf(unasked(), { inResponseTo: null })).toMatchObject({
      check: "response.in_response_to",
    });
    const allowed = expectations({ inResponseTo: null, allowIdpInitiated: true });
    const verified = await verifyResponse(
      { ...posted(unasked()), relayState: "https://evil.example.net/" },
      allowed,
    );
    expect(verified).toMatchObject({ inResponseTo: null, relayState: "https://evil.example.net/" });
  });

  test("does not take an answer to somebody else's request", async () => {
    const changes = { inResponseTo: null, allowIdpInitiated: true };
    expect(await refusalOf(goodResponse(), changes)).toMatchObject({ check: "response.in_response_to" });
    const stripped = changed(` InResponseTo="${REQUEST}">`, ">");
    expect(await refusalOf(stripped, changes)).toMatchObject({ check: "subject.in_response_to" });
  });
});

test("a connection whose identity provider has no name yet matches no response without one", async () => {
  const xml = signed(responseXml().replaceAll(IDP, ""), "Assertion");
  const idp = { entityId: "", certificates: [IDP_PAIR.certificate] };
  expect(await refusalOf(xml, { idp })).toMatchObject({ check: "response.issuer" });
});

describe("replay", () => {
  test("refuses an assertion that was used before", async () => {
    expect(await refusalOf(goodResponse(), { firstUse: async () => false })).toMatchObject({
      check: "assertion.first_use",
    });
  });

  test("has an assertion remembered for as long as it could be used, and only when all else holds", async () => {
    const firstUse = vi.fn(() => true);
    await verifyResponse(posted(goodResponse()), expectations({ firstUse }));
    expect(firstUse).toHaveBeenCalledExactlyOnceWith({
      id: "_assertion1",
      until: new Date(Date.parse(at(5)) + 60_000),
    });
    await refusalOf(saying(AUDIENCE, "<saml:Audience>urn:x</saml:Audience>"), { firstUse });
    expect(firstUse).toHaveBeenCalledTimes(1);
  });
});

describe("traces", () => {
  test("shows every check once, whether a response is accepted or refused", async () => {
    const { checks } = await verifyResponse(posted(goodResponse()), expectations());
    const refusal = await refusalOf(saying(AUDIENCE, "<saml:Audience>urn:x</saml:Audience>"));
    expect(refusal.checks.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    expect(checks.every(({ result }) => result !== "failed")).toBe(true);
    expect(refusal.checks.filter(({ result }) => result === "failed")).toMatchObject([
      { id: "conditions.audience", expected: SP, found: "urn:x", clause: "SAML profiles 4.1.4.2" },
    ]);
    expect(refusal.checks.at(-1)).toMatchObject({ result: "skipped", message: "Not reached." });
  });
});

test("reads which request a response claims to answer, believing nothing", () => {
  expect(readInResponseTo(posted(goodResponse()).samlResponse)).toBe(REQUEST);
  expect(readInResponseTo(posted("<a/>").samlResponse)).toBeNull();
  expect(readInResponseTo("%%%")).toBeNull();
});
