import { diag } from "libxml2-wasm";
import { expect, test } from "vitest";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import {
  expectations,
  goodResponse,
  posted,
  responseXml,
  signed,
  WRAPPING,
} from "#tests/support/saml-attacks.ts";

const VALIDATIONS = 50_000;
const good = posted(goodResponse());

test("every document is freed, whether a response is accepted or refused", async () => {
  diag.configure({ enabled: true });
  const responses = [
    good,
    posted(signed(goodResponse(), "Response")),
    posted(responseXml()),
    posted("<a>"),
    posted("<a/>"),
  ];
  for (const response of [...responses, ...WRAPPING.map(({ xml }) => posted(xml()))]) {
    await verifyResponse(response, expectations()).catch(() => undefined);
  }
  const left = Object.entries(diag.report()).filter(([name]) => name === "XmlDocument");
  diag.configure({ enabled: false });
  expect(left).toEqual([]);
});

test(`memory stays flat over ${VALIDATIONS} validations`, async () => {
  const expected = expectations();
  const validate = async (times: number) => {
    for (let count = 0; count < times; count += 1) {
      await verifyResponse(good, expected);
      // Weak references are let go only between turns of the event loop.
      if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    return process.memoryUsage().rss / 1_048_576;
  };
  // A leak of one small document each would show as hundreds of megabytes; what is left is what the collector likes to keep.
  const before = await validate(VALIDATIONS / 10);
  const after = await validate((VALIDATIONS * 9) / 10);
  expect(after - before).toBeLessThan(64);
}, 600_000);
