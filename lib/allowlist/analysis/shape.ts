import type { Packet } from "#lib/shared/allowlist/traffic.ts";

/** The part of a URL that asks about this packet. */
export function packetQuery({ direction, protocol, carriedBy, port, peer, name }: Packet): string {
  const said = { direction, protocol, by: carriedBy, peer: name ?? peer ?? "" };
  return new URLSearchParams(port === null ? said : { ...said, port: `${port}` }).toString();
}
