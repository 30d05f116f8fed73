import { DraftAssertionInput } from "#lib/allowlist/assertions/schema.ts";
import * as assertions from "#lib/change-requests/assertions/commands.ts";
import { type Rows, row } from "./rows.ts";

const ASSERTION = {
  must: "deny",
  direction: "egress",
  protocol: "tcp",
  ports: "25",
  peerKind: "cidr",
  peer: "203.0.113.0/24",
  reason: "Mail leaves through the relay only",
};

/** What has to hold of an allowlist, and what can be asked of it. */
export const ANALYSIS: Rows = {
  "change-requests/assertions/commands.draftAssertion": row(
    "change_request.draft",
    "not_found",
    (actor, { deploymentId }) =>
      assertions.draftAssertion(actor, DraftAssertionInput.parse({ deploymentId, ...ASSERTION })),
  ),
  "change-requests/assertions/commands.draftAssertionRetirement": row(
    "change_request.draft",
    "not_found",
    (actor, { assertionId }) => assertions.draftAssertionRetirement(actor, { assertionId }),
  ),
};
