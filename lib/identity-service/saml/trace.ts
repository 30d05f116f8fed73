import { LOGOUT_CHECKS } from "./logout-checks.ts";
import { type Check, SamlRefusal } from "./types.ts";

/** Every check of a response, in the order they are made: [name, clause]. */
export const CHECKS = {
  "connection.active": ["The connection is switched on", "Sallyport"],
  "idp.certificates": ["The connection has a signing certificate to trust", "SAML metadata 2.4.1.1"],
  "message.encoding": ["The message is base64 of a bounded size", "SAML bindings 3.5.4"],
  "message.xml": ["The message is well-formed XML without a DTD", "SAML bindings 3.5.4"],
  "message.instructions": ["There are no processing instructions", "XML-DSig 8.1"],
  "message.comments": ["No comment cuts a value in two", "XML-DSig 8.1"],
  "message.ids": ["Every ID is used once", "SAML core 1.3.4"],
  "response.shape": ["The message is a SAML 2.0 response", "SAML core 3.3.3"],
  "response.assertions": ["There is at most one assertion, where it belongs", "SAML core 3.3.3"],
  "response.signatures": ["Signatures stand only where they belong", "SAML core 5.4.1"],
  "response.signature.shape": ["Response signature: parts", "XML-DSig 4.1"],
  "response.signature.reference": ["Response signature: covers this very response", "SAML core 5.4.2"],
  "response.signature.transforms": ["Response signature: transforms", "SAML core 5.4.4"],
  "response.signature.algorithms": ["Response signature: algorithms", "XML-DSig 6.1"],
  "response.signature.value": ["Response signature: made with a trusted key", "XML-DSig 3.2.2"],
  "response.signature.digest": ["Response signature: nothing was changed", "XML-DSig 3.2.1"],
  "response.status": ["The identity provider reports success", "SAML core 3.2.2.2"],
  "response.one_assertion": ["There is an assertion", "SAML profiles 4.1.4.2"],
  "assertion.encrypted": ["The assertion is encrypted, where that is required", "SAML core 2.3.4"],
  "assertion.decrypted": ["The assertion can be decrypted", "XML encryption 4.4"],
  "assertion.signature.shape": ["Assertion signature: parts", "XML-DSig 4.1"],
  "assertion.signature.reference": ["Assertion signature: covers this very assertion", "SAML core 5.4.2"],
  "assertion.signature.transforms": ["Assertion signature: transforms", "SAML core 5.4.4"],
  "assertion.signature.algorithms": ["Assertion signature: algorithms", "XML-DSig 6.1"],
  "assertion.signature.value": ["Assertion signature: made with a trusted key", "XML-DSig 3.2.2"],
  "assertion.signature.digest": ["Assertion signature: nothing was changed", "XML-DSig 3.2.1"],
  "signature.present": ["The response or the assertion is signed", "SAML profiles 4.1.3.5"],
  "response.issuer": ["The response comes from this identity provider", "SAML profiles 4.1.4.2"],
  "response.destination": ["The response was sent to this address", "SAML bindings 3.5.5.2"],
  "response.in_response_to": ["The response answers the request that was sent", "SAML profiles 4.1.4.3"],
  "assertion.shape": ["The assertion is a SAML 2.0 assertion with an ID", "SAML core 2.3.3"],
  "assertion.issuer": ["The assertion comes from this identity provider", "SAML profiles 4.1.4.2"],
  "assertion.issue_instant": ["The assertion was not issued in the future", "SAML core 2.3.3"],
  "subject.name_id": ["The person is named", "SAML profiles 4.1.4.2"],
  "subject.confirmation": ["The bearer of the assertion is its subject", "SAML profiles 4.1.4.2"],
  "subject.recipient": ["The assertion is for this address", "SAML profiles 4.1.4.2"],
  "subject.not_before": ["The confirmation is valid already", "SAML core 2.4.1.2"],
  "subject.not_on_or_after": ["The confirmation has not expired", "SAML profiles 4.1.4.2"],
  "subject.in_response_to": ["The assertion answers the request that was sent", "SAML profiles 4.1.4.2"],
  "conditions.understood": ["All conditions are understood", "SAML core 2.5.1"],
  "conditions.not_before": ["The assertion is valid already", "SAML core 2.5.1.2"],
  "conditions.not_on_or_after": ["The assertion has not expired", "SAML core 2.5.1.2"],
  "conditions.audience": ["The assertion is for this application", "SAML profiles 4.1.4.2"],
  "authn.statement": ["The person was authenticated", "SAML profiles 4.1.4.2"],
  "authn.session": ["The session has not ended", "SAML core 2.7.2"],
  "assertion.first_use": ["The assertion is used for the first time", "SAML profiles 4.1.4.5"],
} as const satisfies Record<string, readonly [name: string, clause: string]>;

export type CheckId = keyof typeof CHECKS | keyof typeof LOGOUT_CHECKS;

export interface Finding {
  /** A sentence for an administrator: what is wrong, and what to do where that is known. */
  readonly message: string;
  readonly expected?: string | null;
  readonly found?: string | null;
}

/** What a refusal's trace says of the checks after the one that failed. */
export const NOT_REACHED = "Not reached.";

/** What is said of a check that there was no need for. */
export const UNMADE = "There was nothing to check.";

/** Writes down each check as it is made. */
export class Trace {
  readonly #made = new Map<CheckId, Check>();
  readonly #ids: readonly CheckId[];

  constructor(of: "response" | "logout" = "response") {
    this.#ids = of === "response" ? RESPONSE_IDS : LOGOUT_IDS;
  }

  passed(id: CheckId, found: string | null = null, expected: string | null = null): void {
    this.#write(id, "passed", { message: "", expected, found });
  }

  skipped(id: CheckId, message: string): void {
    this.#write(id, "skipped", { message });
  }

  /** @throws SamlRefusal with the whole trace: after the failed check, those that were not reached. */
  refuse(id: CheckId, finding: Finding): never {
    this.#write(id, "failed", finding);
    throw new SamlRefusal(id, finding.message, this.all(NOT_REACHED));
  }

  /** Notes what was found, and refuses unless it holds. */
  require(holds: boolean, id: CheckId, finding: Finding): asserts holds {
    if (!holds) this.refuse(id, finding);
    this.passed(id, finding.found, finding.expected);
  }

  /** Takes over what was written down elsewhere, once it is known that it may be shown. */
  adopt(other: Trace): void {
    for (const [id, check] of other.#made) this.#made.set(id, check);
  }

  /** All checks there are; for those that were not made, why. */
  all(unmade: string = UNMADE): readonly Check[] {
    return this.#ids.map((id) => this.#made.get(id) ?? line(id, "skipped", { message: unmade }));
  }

  #write(id: CheckId, result: Check["result"], finding: Finding): void {
    this.#made.set(id, line(id, result, finding));
  }
}

const ALL = { ...LOGOUT_CHECKS, ...CHECKS };
const RESPONSE_IDS = Object.keys(CHECKS) as CheckId[];
const LOGOUT_IDS = Object.keys(LOGOUT_CHECKS) as CheckId[];

function line(id: CheckId, result: Check["result"], { message, expected, found }: Finding): Check {
  const [name, clause] = ALL[id];
  return {
    id,
    name,
    clause,
    result,
    expected: shortened(expected),
    found: shortened(found),
    message: result === "passed" ? "" : message,
  };
}

/** What was found may be an attacker's: enough to recognise, not enough to fill a database. */
function shortened(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  return text.length <= 300 ? text : `${text.slice(0, 300)}…`;
}
