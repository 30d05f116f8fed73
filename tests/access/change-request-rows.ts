import { TickInput } from "#lib/allowlist/packs/schema.ts";
import { AddRuleInput, ChangeRuleInput } from "#lib/allowlist/schema.ts";
import * as basket from "#lib/change-requests/basket/commands.ts";
import * as capabilities from "#lib/change-requests/capabilities/commands.ts";
import * as capabilityQueries from "#lib/change-requests/capabilities/queries.ts";
import * as commands from "#lib/change-requests/commands.ts";
import * as queries from "#lib/change-requests/queries.ts";
import { REQUEST_LIST } from "#lib/change-requests/schema.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { type Rows, row } from "./rows.ts";

const RULE = {
  direction: "egress",
  protocol: "tcp",
  ports: "443",
  peerKind: "cidr",
  peer: "203.0.113.0/24",
  purpose: "Reach the partner's API",
};

/** Requests for changes of allowlists, and the drafts they begin as. */
export const CHANGE_REQUESTS: Rows = {
  "change-requests/queries.listRequests": row("change_request.read", "not_found", (actor, { deploymentId }) =>
    queries.listRequests(actor, deploymentId, parseListQuery({}, REQUEST_LIST)),
  ),
  "change-requests/queries.listAllRequests": row("change_request.read", "unseen", (actor) =>
    queries.listAllRequests(actor, parseListQuery({}, REQUEST_LIST)),
  ),
  "change-requests/queries.countWaiting": row("change_request.read", "unseen", (actor) =>
    queries.countWaiting(actor),
  ),
  "change-requests/queries.getBasket": row("change_request.read", "not_found", (actor, { deploymentId }) =>
    queries.getBasket(actor, deploymentId),
  ),
  "change-requests/queries.getRequest": row(
    "change_request.read",
    "not_found",
    (actor, { deploymentId, requestId }) => queries.getRequest(actor, deploymentId, requestId),
  ),
  "change-requests/basket/commands.draftRule": row(
    "change_request.draft",
    "not_found",
    (actor, { deploymentId }) => basket.draftRule(actor, AddRuleInput.parse({ deploymentId, ...RULE })),
  ),
  "change-requests/basket/commands.draftRuleChange": row(
    "change_request.draft",
    "not_found",
    (actor, { ruleId }) => basket.draftRuleChange(actor, ChangeRuleInput.parse({ ruleId, ...RULE })),
  ),
  "change-requests/basket/commands.draftRetirement": row(
    "change_request.draft",
    "not_found",
    (actor, { ruleId }) => basket.draftRetirement(actor, { ruleId }),
  ),
  "change-requests/capabilities/queries.listCapabilities": row(
    "allowlist.read",
    "not_found",
    (actor, { deploymentId }) => capabilityQueries.listCapabilities(actor, deploymentId),
  ),
  "change-requests/capabilities/queries.previewCapabilities": row(
    "change_request.draft",
    "not_found",
    (actor, { deploymentId }) =>
      capabilityQueries.previewCapabilities(
        actor,
        TickInput.parse({ deploymentId, capabilities: ["sign-in"] }),
      ),
  ),
  "change-requests/capabilities/queries.previewRemoval": row(
    "change_request.draft",
    "not_found",
    (actor, { deploymentId }) =>
      capabilityQueries.previewRemoval(actor, { deploymentId, capability: "sign-in" }),
  ),
  "change-requests/capabilities/commands.draftCapabilities": row(
    "change_request.draft",
    "not_found",
    (actor, { deploymentId }) =>
      capabilities.draftCapabilities(actor, TickInput.parse({ deploymentId, capabilities: ["sign-in"] })),
  ),
  "change-requests/capabilities/commands.draftCapabilityRemoval": row(
    "change_request.draft",
    "not_found",
    (actor, { deploymentId }) =>
      capabilities.draftCapabilityRemoval(actor, { deploymentId, capability: "dns" }),
  ),
  "change-requests/commands.describeRequest": row(
    "change_request.draft",
    "not_found",
    (actor, { requestId }) =>
      commands.describeRequest(actor, {
        ...{ requestId, title: "Another title", reason: "", ticket: "", expiresOn: null },
      }),
  ),
  "change-requests/commands.dropChange": row(
    "change_request.draft",
    "not_found",
    (actor, { requestId, ruleId }) => commands.dropChange(actor, { requestId, subject: ruleId }),
  ),
  "change-requests/commands.simulateRequest": row(
    "change_request.simulate",
    "not_found",
    (actor, { requestId }) => commands.simulateRequest(actor, { requestId }),
  ),
  "change-requests/commands.proposeRequest": row(
    "change_request.propose",
    "not_found",
    (actor, { requestId }) => commands.proposeRequest(actor, { requestId }),
  ),
  "change-requests/commands.withdrawRequest": row(
    "change_request.withdraw",
    "not_found",
    (actor, { requestId }) => commands.withdrawRequest(actor, { requestId, reason: "" }),
  ),
  "change-requests/commands.approveRequest": row(
    "change_request.approve",
    "not_found",
    (actor, { requestId }) => commands.approveRequest(actor, { requestId, round: 1, comment: "" }),
  ),
  "change-requests/commands.recordConsent": row(
    "change_request.record_consent",
    "not_found",
    (actor, { requestId }) =>
      commands.recordConsent(actor, { requestId, round: 1, consentOf: "Ms. Weber", consentHow: "By letter" }),
  ),
  "change-requests/commands.refuseRequest": row(
    "change_request.refuse",
    "not_found",
    (actor, { requestId }) => commands.refuseRequest(actor, { requestId, reason: "Not this year" }),
  ),
  "change-requests/commands.commentOnRequest": row(
    "change_request.comment",
    "not_found",
    (actor, { requestId }) => commands.commentOnRequest(actor, { requestId, body: "Still needed?" }),
  ),
  "change-requests/commands.applyApproved": row("change_request.apply", "not_found", (actor, { requestId }) =>
    commands.applyApproved(actor, { requestId }),
  ),
  "change-requests/commands.verifyRequest": row(
    "change_request.verify",
    "not_found",
    (actor, { requestId }) => commands.verifyRequest(actor, { requestId, by: "doctor" }),
  ),
  "change-requests/commands.closeRequest": row("change_request.close", "not_found", (actor, { requestId }) =>
    commands.closeRequest(actor, { requestId }),
  ),
  "change-requests/commands.rollBackRequest": row(
    "change_request.roll_back",
    "not_found",
    (actor, { requestId }) => commands.rollBackRequest(actor, { requestId }),
  ),
};
