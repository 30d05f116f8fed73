import { SamlInputError } from "../saml/types.ts";
import { type Finding, sentenceOf } from "./finding.ts";

/** Nothing could be read of it at all, for this reason. */
export class InspectionProblem extends SamlInputError {
  readonly finding: Finding;

  constructor(finding: Finding) {
    super(sentenceOf(finding));
    this.finding = finding;
  }
}
