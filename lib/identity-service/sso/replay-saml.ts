import { SamlSettings } from "../connections/settings.ts";
import { readInResponseTo, verifyResponse } from "../saml/response.ts";
import { SamlRefusal, type VerifiedAssertion } from "../saml/types.ts";
import type { Service } from "../service.ts";
import type { SamlAnswer } from "./captured.ts";
import { knownBy } from "./known.ts";
import { notAgain, type ReplayContext, type Replayed } from "./replayed.ts";
import { expectationsOf, receivedIn } from "./saml-return.ts";

const OF_ITS_REQUEST = [
  "connection.active",
  "response.in_response_to",
  "subject.in_response_to",
  "assertion.first_use",
];

/** Everything that is checked of a response, but whether it is the first time, and what it answers. */
export async function replaySaml(
  service: Service,
  { connection, at }: ReplayContext,
  answer: SamlAnswer,
): Promise<Replayed> {
  const settings = SamlSettings.parse(connection.saml ?? {});
  const samlResponse = answer.response;
  const expected = await expectationsOf(service, connection, settings, samlResponse);
  let assertion: VerifiedAssertion;
  try {
    assertion = await verifyResponse(
      { samlResponse, relayState: null },
      {
        ...expected,
        now: at,
        connectionActive: true,
        inResponseTo: readInResponseTo(samlResponse),
        firstUse: () => true,
      },
    );
  } catch (error) {
    if (!(error instanceof SamlRefusal)) throw error;
    const checks = notAgain(error.checks, OF_ITS_REQUEST);
    return { checks, profile: null, error: error.message, answer: { ...answer, received: null } };
  }
  const known = knownBy(assertion, connection.attribute_map);
  const checks = notAgain(known.checks, OF_ITS_REQUEST);
  const believed = { ...answer, received: receivedIn(assertion) };
  return { checks, profile: known.profile, error: known.profile ? null : known.error, answer: believed };
}
