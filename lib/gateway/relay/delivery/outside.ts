import { readAddress } from "#lib/shared/addresses.ts";
import { isPublic } from "#lib/shared/allowlist/reserved.ts";
import type { Clock } from "#lib/shared/clock.ts";
import type { GatewayConfiguration, GatewayEndpoint } from "#lib/shared/gateway/configuration.ts";
import type { Crossing } from "#lib/shared/gateway/crossing.ts";
import { newId } from "#lib/shared/ids.ts";
import type { Passage } from "../../egress/doors.ts";
import { egressSettings } from "../../egress/settings.ts";
import type { Sent } from "./send.ts";
import type { Delivery } from "./store.ts";

/** Whether a connection stays inside; or else the rule that lets it out, or that none does. */
export type Way = "inside" | Passage;

/** What says so, of an address and the name that led there. */
export type Boundary = (address: string, name: string | null, port: number) => Way;

/**
 * Endpoints are inside, and nothing of the allowlist is about them. One that is found at a public address is on the other side of the
 * boundary: only a rule lets it be connected, and every delivery is a crossing.
 */
export function boundaryBy(configuration: () => GatewayConfiguration, clock: Clock): Boundary {
  let compiled: { of: GatewayConfiguration; doors: ReturnType<typeof egressSettings>["doors"] } | null = null;
  return (address, name, port) => {
    if (!isOutside(address)) return "inside";
    const now = clock();
    const of = configuration();
    const endsAt = compiled?.doors.endsAt;
    if (compiled?.of !== of || (endsAt && endsAt <= now))
      compiled = {
        of,
        doors: egressSettings({ allowlist: of.allowlist, clients: [], parent_proxy: null }, now).doors,
      };
    return compiled.doors.decide({ address, name, port });
  };
}

function isOutside(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const reading = readAddress(mapped);
  if (!reading.ok) return true;
  const { family, value } = reading.value;
  return isPublic({ family, first: value, last: value });
}

/** The record of a delivery that crossed the boundary, or was not let out; null where it stayed inside. */
export function crossingOf(
  endpoint: GatewayEndpoint,
  delivery: Delivery,
  { crossed, status, problem }: Sent,
  { beganAt, endedAt }: { beganAt: Date; endedAt: Date },
): Crossing | null {
  if (!crossed) return null;
  const { hostname, pathname } = new URL(endpoint.url);
  const refused = "refused" in crossed.way ? crossed.way.refused : null;
  return {
    id: newId("crs"),
    beganAt,
    endedAt,
    direction: "egress",
    kind: "delivery",
    outcome: refused ? "refused" : problem === null ? "allowed" : "failed",
    reason: refused ?? (problem === null ? null : status === null ? "unreachable" : "answer"),
    ruleId: "ruleId" in crossed.way ? crossed.way.ruleId : null,
    purpose: "Events",
    environmentId: delivery.environmentId,
    peerName: hostname.replace(/^\[|\]$/g, ""),
    peerAddress: crossed.address,
    peerPort: crossed.port,
    clientId: endpoint.id,
    clientName: endpoint.name,
    clientAddress: null,
    method: "POST",
    path: pathname,
    status,
    bytesIn: crossed.bytesIn,
    bytesOut: crossed.bytesOut,
    tlsVersion: crossed.tlsVersion,
    certificateSha256: crossed.certificateSha256,
    latencyMs: endedAt.getTime() - beganAt.getTime(),
    correlationId: delivery.eventId,
  };
}
