import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import type { CrossingReason } from "#lib/shared/gateway/reasons.ts";

/** What stands in the record for crossings that could not be kept. */
export function gapOf(id: string, from: Date, to: Date, missing: number, reason: CrossingReason): Crossing {
  return {
    id,
    beganAt: from,
    endedAt: to,
    direction: "egress",
    kind: "gap",
    outcome: "failed",
    reason,
    missing,
    ruleId: null,
    purpose: null,
    environmentId: null,
    peerName: null,
    peerAddress: null,
    peerPort: null,
    clientId: null,
    clientName: null,
    clientAddress: null,
    method: null,
    path: null,
    status: null,
    bytesIn: 0,
    bytesOut: 0,
    tlsVersion: null,
    certificateSha256: null,
    latencyMs: null,
    correlationId: null,
  };
}
