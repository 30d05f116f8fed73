import type { FindingCode } from "../inspection/codes.ts";
import { withoutDeclaration } from "../inspection/document.ts";
import { finding } from "../inspection/finding.ts";
import { InspectionProblem } from "../inspection/problem.ts";

/**
 * The bytes of something that at least looks like XML. People upload what they have at hand: say what it is.
 * @throws InspectionProblem
 */
export function requireMetadataText(given: string): Buffer {
  const text = withoutDeclaration(given);
  if (text === "") throw refusal("empty");
  const known = KINDS.find(([pattern]) => pattern.test(text));
  if (known) throw refusal(known[1]);
  if (text.includes("\0") || text.includes("\uFFFD")) throw refusal("not_text");
  if (!text.startsWith("<")) throw refusal("not_xml");
  return Buffer.from(text);
}

function refusal(code: FindingCode): InspectionProblem {
  return new InspectionProblem(finding(code));
}

const KINDS: readonly (readonly [RegExp, FindingCode])[] = [
  [/^-----BEGIN [A-Z ]*PRIVATE KEY-----/, "private_key"],
  [/^-----BEGIN CERTIFICATE-----/, "certificate"],
  [/^\{[\s\S]*"(issuer|authorization_endpoint)"/, "oidc_document"],
  [/^[{[]/, "json"],
  [/^https?:\/\/\S+$/, "address"],
  [/^(<!doctype html|<html)/i, "web_page"],
  [/^(PK|%PDF-)/, "archive"],
];
