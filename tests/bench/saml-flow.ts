import { ADA, type IdpPerson, type IdpSettings, idpSettings, samlResponse } from "#tests/support/saml-idp.ts";
import type { Contender, Sample } from "./bench.ts";

/** The steps of one sign-in as an application, a browser and an identity provider see them. */
export interface SignInSteps {
  /** Asks to sign in; what the identity provider needs to answer. */
  authorize(): Promise<{ relayState: string; requestId: string }>;
  /** Brings the answer; the code. */
  respond(samlResponse: string, relayState: string): Promise<string>;
  /** Redeems the code; the access token. */
  token(code: string): Promise<string>;
  /** The e-mail address of the profile. */
  profile(accessToken: string): Promise<string>;
}

// So many that both have compiled their code before the first run that counts, and a run takes a second.
const FLOWS = 960;
const AT_ONCE = 32;

/** Somebody else for each sign-in, as in life: the same person many times at once would wait for themselves in the database. */
function person(number: number): IdpPerson {
  const email = `person-${number}@example.com`;
  const emailAttribute = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress";
  return { ...ADA, nameId: email, attributes: { ...ADA.attributes, [emailAttribute]: email } };
}

/**
 * Many sign-ins, step by step. What the identity provider does in between, one RSA signature for each, is neither contender's
 * work and not timed.
 */
export function signInFlows(
  steps: SignInSteps,
  idp: IdpSettings,
  audience: { audience: string; acsUrl: string },
): Contender["measure"] {
  return async (): Promise<Sample> => {
    let timedMs = 0;
    const timed = async <In, Out>(items: readonly In[], step: (item: In) => Promise<Out>): Promise<Out[]> => {
      const begun = performance.now();
      const done = await atOnce(items, step);
      timedMs += performance.now() - begun;
      return done;
    };
    const requests = await timed(Array.from({ length: FLOWS }), () => steps.authorize());
    const answers = await atOnce(requests, async ({ relayState, requestId }, number) => ({
      relayState,
      email: person(number).nameId,
      response: await samlResponse(idp, person(number), { ...audience, inResponseTo: requestId }),
    }));
    const people = await timed(answers, async ({ response, relayState, email }) => {
      const code = await steps.respond(response, relayState);
      return (await steps.profile(await steps.token(code))) === email;
    });
    if (people.includes(false)) throw new Error("Not everybody was signed in.");
    return { value: FLOWS / (timedMs / 1_000), operations: FLOWS };
  };
}

export const IDP = idpSettings();

async function atOnce<In, Out>(
  items: readonly In[],
  step: (item: In, index: number) => Promise<Out>,
): Promise<Out[]> {
  const results: Out[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      results[index] = await step(items[index] as In, index);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
