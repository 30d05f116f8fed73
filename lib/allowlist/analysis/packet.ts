import { z } from "zod";
import type { SearchParams } from "#lib/platform/list.ts";
import { RuleDirection, RuleProtocol } from "#lib/platform/prisma/enums.ts";
import { readAddress } from "#lib/shared/addresses.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { readFqdn } from "#lib/shared/hostnames.ts";
import { readPorts } from "#lib/shared/ports.ts";
import { type Reading, read, refuse } from "#lib/shared/reading.ts";
import { CARRIERS } from "../schema.ts";

/** A packet as somebody wrote it into the box; the same words stand in the URL. */
export interface WrittenPacket {
  direction: Packet["direction"];
  protocol: Packet["protocol"];
  by: Packet["carriedBy"];
  peer: string;
  port: string;
}

export interface AskedPacket {
  written: WrittenPacket;
  /** Null where nothing is asked yet, or what is asked cannot be read. */
  packet: Packet | null;
  problems: { peer?: string; port?: string };
}

const Said = z.object({
  direction: z.enum(RuleDirection).catch("egress"),
  protocol: z.enum(RuleProtocol).catch("tcp"),
  by: z.enum(CARRIERS).catch("application"),
  peer: z.string().trim().max(300).catch(""),
  port: z.string().trim().max(10).catch("443"),
});

/** Reads the packet that a URL asks about. Its peer is an address, or the name that the connection asks for. */
export function askedPacket(params: SearchParams): AskedPacket {
  const written = Said.parse(params);
  const { direction, protocol, by: carriedBy } = written;
  if (written.peer === "") return { written, packet: null, problems: {} };
  const peer = readPacketPeer(written);
  const port = protocol === "icmp" ? read(null) : readPort(written.port);
  const problems = {
    ...(peer.ok ? {} : { peer: peer.problem }),
    ...(port.ok ? {} : { port: port.problem }),
  };
  const packet =
    peer.ok && port.ok ? { direction, protocol, carriedBy, port: port.value, ...peer.value } : null;
  return { written, packet, problems };
}

function readPacketPeer({ direction, peer }: WrittenPacket): Reading<Pick<Packet, "peer" | "name">> {
  if (peer.includes("/")) return refuse("A packet has one address: leave out the prefix length.");
  if (peer.includes(":") || /^[0-9.]+$/.test(peer)) {
    const address = readAddress(peer);
    return address.ok ? read({ peer: address.value.text, name: null }) : address;
  }
  if (direction === "ingress") return refuse("What comes in shows its address, not its name.");
  if (peer.startsWith("*")) return refuse("A connection asks for one name: leave out the “*”.");
  const name = readFqdn(peer);
  return name.ok ? read({ peer: null, name: name.value }) : name;
}

function readPort(text: string): Reading<number> {
  const ports = readPorts(text);
  if (!ports.ok) return ports;
  return ports.value.from === ports.value.to ? read(ports.value.from) : refuse("A packet has one port.");
}
