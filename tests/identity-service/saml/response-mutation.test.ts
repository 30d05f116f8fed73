import fc from "fast-check";
import { expect, test } from "vitest";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import { SamlRefusal, type VerifiedAssertion } from "#lib/identity-service/saml/types.ts";
import { expectations, goodResponse, posted, responseXml, signed } from "#tests/support/saml-attacks.ts";

const ASSERTION_SIGNED = Buffer.from(goodResponse());
const RESPONSE_SIGNED = Buffer.from(signed(responseXml(), "Response"));

/** What a verified assertion tells about a person, without the trace. */
function told({ checks: _checks, ...rest }: VerifiedAssertion) {
  return rest;
}

async function tellOrRefuse(bytes: Buffer) {
  try {
    return told(await verifyResponse(posted(bytes), expectations()));
  } catch (error) {
    if (error instanceof SamlRefusal) return "refused";
    throw error;
  }
}

test.each([
  ["assertion", ASSERTION_SIGNED],
  ["response", RESPONSE_SIGNED],
])(
  "whatever byte is changed in a response whose %s is signed, it is refused or says the very same",
  async (_what, good) => {
    const truth = await tellOrRefuse(good);
    expect(truth).not.toBe("refused");
    const position = fc.nat(good.length - 1);
    await fc.assert(
      fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const bytes = Buffer.from(good);
        bytes.writeUInt8(bytes.readUInt8(at) ^ change, at);
        const outcome = await tellOrRefuse(bytes);
        if (outcome !== "refused") expect(outcome).toEqual(truth);
      }),
      { numRuns: 1_500 },
    );
  },
  60_000,
);

test("whatever character of a signed value is changed, it is refused", async () => {
  const text = ASSERTION_SIGNED.toString();
  const values = [...text.matchAll(/>([^<>]+)<|"([^"]+)"/g)]
    .filter(({ index }) => index > text.indexOf("</ds:Signature>"))
    .flatMap((match) => Array.from({ length: match[0].length - 2 }, (_, offset) => match.index + 1 + offset));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...values),
      fc.constantFrom(..."abcXYZ019.-_"),
      async (at, character) => {
        fc.pre(text[at] !== character);
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        expect(await tellOrRefuse(Buffer.from(changed))).toBe("refused");
      },
    ),
    { numRuns: 1_000 },
  );
}, 60_000);

test("whatever is put in, at whatever place, it is refused or says the very same", async () => {
  const truth = await tellOrRefuse(ASSERTION_SIGNED);
  const text = ASSERTION_SIGNED.toString();
  const pieces = [
    "<!---->",
    "<?x?>",
    "<x/>",
    "<saml:NameID>admin</saml:NameID>",
    "&amp;",
    "&#0;",
    "\0",
    "<![CDATA[x]]>",
    "]]>",
    "\u2028",
    'ID="_assertion1" ',
  ];
  await fc.assert(
    fc.asyncProperty(fc.nat(text.length), fc.constantFrom(...pieces), async (at, piece) => {
      const outcome = await tellOrRefuse(Buffer.from(text.slice(0, at) + piece + text.slice(at)));
      if (outcome !== "refused") expect(outcome).toEqual(truth);
    }),
    { numRuns: 1_500 },
  );
}, 60_000);
