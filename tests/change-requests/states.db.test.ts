import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Actor } from "#lib/access/actor.ts";
import { ROLES, type Role } from "#lib/access/permissions.ts";
import * as commands from "#lib/change-requests/commands.ts";
import { REQUEST_STATES, REQUEST_STEPS, type RequestStep } from "#lib/change-requests/policy.ts";
import { closeDatabase } from "#lib/platform/db.ts";
import type { ChangeRequestState } from "#lib/platform/prisma/enums.ts";
import { AppError } from "#lib/shared/errors.ts";
import { aRequest, aSite, readRequest, somebody } from "#tests/support/change-requests.ts";
import { testDatabase } from "#tests/support/database.ts";

beforeAll(testDatabase);
afterAll(closeDatabase);

const OPERATORS: readonly Role[] = ["owner", "admin", "operator", "customer_admin"];
const DECIDERS: readonly Role[] = ["owner", "admin", "customer_admin"];

/** Written by hand from the product's promise, not from the code: who may do it, and where it leads from each state. */
const PROMISED: Record<
  RequestStep,
  { roles: readonly Role[]; leads: Partial<Record<ChangeRequestState, ChangeRequestState>> }
> = {
  edit: { roles: OPERATORS, leads: { draft: "draft", simulated: "simulated" } },
  // Where the allowlist has not moved, what was proposed on it stands.
  simulate: { roles: OPERATORS, leads: { draft: "simulated", simulated: "simulated" } },
  propose: { roles: OPERATORS, leads: { simulated: "proposed" } },
  withdraw: {
    roles: OPERATORS,
    leads: { draft: "withdrawn", simulated: "withdrawn", proposed: "withdrawn", approved: "withdrawn" },
  },
  // It opens something: one side is not enough.
  approve: { roles: DECIDERS, leads: { proposed: "proposed" } },
  record_consent: { roles: ["owner", "admin"], leads: { proposed: "proposed" } },
  refuse: { roles: DECIDERS, leads: { proposed: "refused", approved: "refused" } },
  apply: { roles: OPERATORS, leads: { approved: "applied" } },
  verify: { roles: OPERATORS, leads: { applied: "verified" } },
  close: { roles: OPERATORS, leads: { verified: "closed" } },
  roll_back: { roles: OPERATORS, leads: { applied: "applied", verified: "verified", closed: "closed" } },
  comment: {
    roles: ["owner", "admin", "operator", "support", "customer_admin"],
    leads: Object.fromEntries(REQUEST_STATES.map((state) => [state, state])),
  },
};

const words = { title: "Reach the other partner", reason: "They have moved.", ticket: "" };
const TAKE: Record<RequestStep, (actor: Actor, requestId: string) => Promise<unknown>> = {
  edit: (actor, requestId) => commands.describeRequest(actor, { requestId, ...words, expiresOn: null }),
  simulate: (actor, requestId) => commands.simulateRequest(actor, { requestId }),
  propose: (actor, requestId) => commands.proposeRequest(actor, { requestId }),
  withdraw: (actor, requestId) => commands.withdrawRequest(actor, { requestId, reason: "" }),
  approve: (actor, requestId) => commands.approveRequest(actor, { requestId, round: 1, comment: "" }),
  record_consent: (actor, requestId) =>
    commands.recordConsent(actor, { requestId, round: 1, consentOf: "Ms. Weber", consentHow: "By letter" }),
  refuse: (actor, requestId) => commands.refuseRequest(actor, { requestId, reason: "Not this year" }),
  apply: (actor, requestId) => commands.applyApproved(actor, { requestId }),
  verify: (actor, requestId) =>
    commands.verifyRequest(actor, { requestId, by: "probe", note: "Tried with curl from the site." }),
  close: (actor, requestId) => commands.closeRequest(actor, { requestId }),
  roll_back: (actor, requestId) => commands.rollBackRequest(actor, { requestId }),
  comment: (actor, requestId) =>
    commands.commentOnRequest(actor, { requestId, body: "Is this still needed?" }),
};

async function outcomeOf(step: RequestStep, actor: Actor, requestId: string): Promise<unknown> {
  try {
    await TAKE[step](actor, requestId);
    return "done";
  } catch (error) {
    if (error instanceof AppError) return error.kind;
    throw error;
  }
}

test("every step and every state is promised something", () => {
  expect(Object.keys(PROMISED).sort()).toEqual([...REQUEST_STEPS].sort());
  expect(new Set(REQUEST_STATES).size).toBe(9);
});

describe.each(REQUEST_STEPS)("%s", (step) => {
  const { roles, leads } = PROMISED[step];
  test.each(REQUEST_STATES)("a request that is %s", async (state) => {
    for (const role of ROLES) {
      const site = await aSite();
      const requestId = await aRequest(site, state);
      const actor = somebody(role, [site.customerId]);
      const outcome = await outcomeOf(step, actor, requestId);
      const expected = !roles.includes(role) ? "forbidden" : state in leads ? "done" : "conflict";
      expect.soft(outcome, role).toBe(expected);
      const after = expected === "done" ? leads[state] : state;
      expect.soft((await readRequest(requestId)).state, role).toBe(after);
      // Nobody of another customer learns that it is there.
      const stranger = somebody(role, [(await aSite()).customerId]);
      const foreign = await outcomeOf(step, stranger, requestId);
      expect
        .soft(foreign, `${role} of another customer`)
        .toBe(roles.includes(role) ? "not_found" : "forbidden");
      expect.soft((await readRequest(requestId)).state).toBe(after);
    }
  });
});
