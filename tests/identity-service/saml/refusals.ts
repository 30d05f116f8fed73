import { expect } from "vitest";
import { verifyResponse } from "#lib/identity-service/saml/response.ts";
import type { Expectations, SamlRefusal } from "#lib/identity-service/saml/types.ts";
import { expectations, goodResponse, posted, responseXml, signed } from "#tests/support/saml-attacks.ts";

/** How a response is refused; it is a failure if it is not. */
export async function refusalOf(
  xml: string | Buffer,
  changes: Partial<Expectations> = {},
): Promise<SamlRefusal> {
  const error = await verifyResponse(posted(xml), expectations(changes)).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: "SamlRefusal" });
  return error as SamlRefusal;
}

/** Changes the good response's text; the change must really happen. */
export function changed(from: string | RegExp, to: string, xml = goodResponse()): string {
  const result = xml.replace(from, to);
  if (result === xml) throw new Error(`Nothing matched ${from}.`);
  return result;
}

/** A response that says something else, and is signed as it is. */
export function saying(
  from: string | RegExp,
  to: string,
  what: "Assertion" | "Response" = "Assertion",
): string {
  return signed(changed(from, to, responseXml()), what);
}
