import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { newId } from "#lib/shared/ids.ts";

/** A connection that passed, and what a test wants of it otherwise. */
export function exampleCrossing(changes: Partial<Crossing> = {}): Crossing {
  return {
    id: newId("crs"),
    beganAt: new Date("2026-11-28T10:00:00Z"),
    endedAt: new Date("2026-11-28T10:00:01Z"),
    direction: "egress",
    kind: "connection",
    outcome: "allowed",
    reason: null,
    ruleId: "rule_1",
    purpose: "Identity API",
    environmentId: null,
    peerName: "api.workos.com",
    peerAddress: "104.18.0.1",
    peerPort: 443,
    clientId: "client_1",
    clientName: "Application",
    clientAddress: "10.0.0.7",
    method: null,
    path: null,
    status: null,
    bytesIn: 1_200,
    bytesOut: 300,
    tlsVersion: "TLSv1.3",
    certificateSha256: null,
    latencyMs: 12,
    correlationId: null,
    ...changes,
  };
}
