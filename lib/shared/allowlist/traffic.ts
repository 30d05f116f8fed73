import type { AddressRange } from "../addresses.ts";
import type { PortRange } from "../ports.ts";

export type Direction = "egress" | "ingress";
export type Protocol = "tcp" | "udp" | "icmp";
/** Who opens the connection: the installation, or the browser of somebody who signs in. They are different machines. */
export type Carrier = "application" | "user_browser";

/** What stands on the other side of the boundary: addresses, or a name as `readFqdn` gives it. */
export type Peer = { readonly ranges: readonly AddressRange[] } | { readonly name: string };

/**
 * What one rule lets pass, as a set that can be compared. `ports` is null for icmp, which has none. An allowlist is a
 * set of these: what none of them holds does not pass, so their order means nothing.
 */
export interface TrafficRule {
  readonly id: string;
  readonly direction: Direction;
  readonly protocol: Protocol;
  readonly carriedBy: Carrier;
  readonly ports: PortRange | null;
  readonly peer: Peer;
}

/**
 * One packet, or one connection's first. `peer` is the address on the other side (the destination of egress, the source
 * of ingress), `name` the name it was asked for by, where that is known. Both may be given: then either may let it pass.
 */
export interface Packet {
  direction: Direction;
  protocol: Protocol;
  carriedBy: Carrier;
  port: number | null;
  peer: string | null;
  name: string | null;
}

/** The kinds of traffic that are never compared with each other. */
export function planeOf({
  direction,
  protocol,
  carriedBy,
}: Pick<TrafficRule, "direction" | "protocol" | "carriedBy">): string {
  return `${direction} ${protocol} ${carriedBy}`;
}
