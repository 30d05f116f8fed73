import * as analysis from "#lib/allowlist/analysis/queries.ts";
import { IDLE_LIST } from "#lib/allowlist/analysis/schema.ts";
import * as asserted from "#lib/allowlist/assertions/queries.ts";
import { DraftAssertionInput } from "#lib/allowlist/assertions/schema.ts";
import * as comparison from "#lib/allowlist/comparison/queries.ts";
import * as assertions from "#lib/change-requests/assertions/commands.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
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

const PACKET: Packet = {
  direction: "egress",
  protocol: "tcp",
  carriedBy: "application",
  port: 443,
  peer: "192.0.2.7",
  name: null,
};

/** What has to hold of an allowlist, and what can be asked of it. */
export const ANALYSIS: Rows = {
  "allowlist/analysis/queries.tryPacket": row("allowlist.read", "not_found", (actor, { deploymentId }) =>
    analysis.tryPacket(actor, deploymentId, PACKET),
  ),
  "allowlist/analysis/queries.listIdleRules": row("allowlist.read", "not_found", (actor, { deploymentId }) =>
    analysis.listIdleRules(actor, deploymentId, parseListQuery({}, IDLE_LIST)),
  ),
  "allowlist/analysis/queries.forecastAllowlist": row(
    "allowlist.read",
    "not_found",
    (actor, { deploymentId }) => analysis.forecastAllowlist(actor, deploymentId, 30),
  ),
  "allowlist/assertions/queries.listAssertions": row(
    "allowlist.read",
    "not_found",
    (actor, { deploymentId }) =>
      asserted.listAssertions(actor, deploymentId, parseListQuery({}, asserted.ASSERTION_LIST)),
  ),
  "allowlist/comparison/queries.compareAllowlist": row(
    "allowlist.read",
    "not_found",
    (actor, { deploymentId }) =>
      comparison.compareAllowlist(actor, deploymentId, { kind: "deployment", deploymentId }),
  ),
  "allowlist/comparison/queries.listComparable": row(
    "allowlist.read",
    "not_found",
    (actor, { deploymentId }) => comparison.listComparable(actor, deploymentId, ""),
  ),
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
