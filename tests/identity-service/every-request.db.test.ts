import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testDatabase } from "#tests/support/database.ts";
import { everyKindOfId, type Ids } from "#tests/support/every-kind-of-id.ts";
import {
  prepareEnvironment,
  type RunningIdentityService,
  startIdentityService,
} from "#tests/support/identity-service.ts";
import { naughty, spoilt } from "#tests/support/naughty.ts";
import { registeredRoutes } from "#tests/support/registered-routes.ts";
import { ask, type Caller, type Form, formsOf } from "./isolation/asking.ts";

let service: RunningIdentityService;
let ids: Ids;
let caller: Caller;
let forms: Form[];

beforeAll(async () => {
  const { identityUrl, adminUrl } = await testDatabase();
  service = await startIdentityService(identityUrl);
  const site = await prepareEnvironment(service);
  ids = await everyKindOfId(service, site, { adminUrl, mark: "spoilt" });
  caller = { site, scimToken: ids.scim_token ?? "", managementToken: service.managementToken };
  const routes = await registeredRoutes(service.parts);
  // What removes things comes last, so that the others are asked about what there is.
  forms = formsOf(routes, ids).toSorted((a, b) => Number(isRemoval(a)) - Number(isRemoval(b)));
});
afterAll(async () => await service.close());

/** For each of the requests. */
const RUNS = 12;
const isRemoval = ({ route }: Form) => route.method === "DELETE";
const textOf = (value: unknown) =>
  (typeof value === "string" ? value : JSON.stringify(value)).toWellFormed().slice(0, 2_000);

test("every request of every route, good but for one place, is answered, and never with 5xx", async () => {
  let asked = 0;
  for (const form of forms) {
    const { query = {}, body } = form.fill(ids);
    await fc.assert(
      fc.asyncProperty(fc.nat(40), naughty, async (place, by) => {
        const kinds = form.kinds.slice(0, 4);
        const names = Object.keys(query);
        const at = place % (kinds.length + names.length + (body === undefined ? 0 : 20) || 1);
        const kind = kinds[at];
        const name = names[at - kinds.length];
        const fill: Form["fill"] = (given) => {
          const good = form.fill(given);
          if (kind !== undefined) return good;
          if (name !== undefined) return { ...good, query: { ...good.query, [name]: textOf(by) } };
          return { ...good, ...(good.body === undefined ? {} : { body: spoilt(good.body, place, by) }) };
        };
        // An empty name would be another route's address.
        const named = kind === undefined ? ids : { ...ids, [kind]: textOf(by) || " " };
        const { status, text } = await ask(service, { ...form, fill }, named, caller);
        asked += 1;
        expect(status < 500 ? null : { form: form.name, status, text }).toBeNull();
      }),
      { numRuns: RUNS },
    );
  }
  expect(forms.length).toBeGreaterThan(200);
  expect(asked).toBe(forms.length * RUNS);
});
