import { describe, expect, test } from "vitest";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import { expectations, goodResponse, posted, WRAPPING } from "#tests/support/saml-attacks.ts";

describe("signature wrapping", () => {
  test("the response that the attacks are made of is accepted", async () => {
    const { nameId } = await verifyResponse(posted(goodResponse()), expectations());
    expect(nameId.value).toBe("ada@example.com");
  });

  test.each(WRAPPING)("refuses $name", async ({ xml, check }) => {
    await expect(verifyResponse(posted(xml()), expectations())).rejects.toMatchObject({
      name: "SamlRefusal",
      check,
    });
  });
});
