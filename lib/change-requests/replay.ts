import {
  type AllowlistState,
  applyChanges,
  type Change,
  type KnownVersions,
} from "#lib/allowlist/changes.ts";
import { rulesInForce } from "#lib/allowlist/timed-difference.ts";
import type { SeenPacket, SeenPackets } from "#lib/crossings/packets.ts";
import { readAddress } from "#lib/shared/addresses.ts";
import { compileAllowlist } from "#lib/shared/allowlist/decide.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { readFqdn } from "#lib/shared/hostnames.ts";

/** A kind of crossing that would go otherwise with the request. */
export interface ReplayedPacket {
  packet: Packet;
  count: number;
  lastAt: string;
}

interface Otherwise {
  /** Crossings, and the kinds of them. */
  crossings: number;
  kinds: number;
  /** The most frequent kinds. */
  examples: ReplayedPacket[];
}

/** What the crossings of the last days say about a request: which of them it would have refused, and which let pass. */
export interface Replay {
  days: number;
  /** How many crossings were tried. */
  crossings: number;
  /** There are more than were tried. */
  more: boolean;
  refused: Otherwise;
  allowed: Otherwise;
}

const EXAMPLES_MAX = 20;
/** What comes in came to the port of the rule that let it in; what none did, to the port of HTTPS. */
const HTTPS_PORT = 443;

/** Tries each kind of crossing on the allowlist as it is and as the request would leave it. */
export function replay(
  before: AllowlistState,
  changes: readonly Change[],
  seen: SeenPackets,
  { now, versions }: { now: Date; versions: KnownVersions },
): Replay {
  const { state: after } = applyChanges(before, changes, versions);
  const [was, will] = [before, after].map((state) => compileAllowlist(rulesInForce(state, now)));
  const refused = new Map<string, ReplayedPacket>();
  const allowed = new Map<string, ReplayedPacket>();
  for (const one of seen.packets) {
    const { count, lastAt } = one;
    const packet = packetOf(one, before);
    if (packet.peer === null && packet.name === null) continue;
    const passed = was?.decide(packet).allowed;
    const passes = will?.decide(packet).allowed;
    if (passed !== passes) add(passes ? allowed : refused, { packet, count, lastAt: lastAt.toISOString() });
  }
  const { days, crossings, more } = seen;
  return { days, crossings, more, refused: otherwise(refused), allowed: otherwise(allowed) };
}

/** A name has many addresses, and all of them are one kind to whoever reads the list. */
function add(kinds: Map<string, ReplayedPacket>, one: ReplayedPacket): void {
  const { direction, port, name, peer } = one.packet;
  const key = `${direction} ${name ?? peer} ${port}`;
  const known = kinds.get(key);
  const lastAt = known && known.lastAt > one.lastAt ? known.lastAt : one.lastAt;
  kinds.set(key, { packet: known?.packet ?? one.packet, count: one.count + (known?.count ?? 0), lastAt });
}

function otherwise(kinds: ReadonlyMap<string, ReplayedPacket>): Otherwise {
  const all = [...kinds.values()].sort((a, b) => b.count - a.count || b.lastAt.localeCompare(a.lastAt));
  return {
    crossings: all.reduce((sum, { count }) => sum + count, 0),
    kinds: all.length,
    examples: all.slice(0, EXAMPLES_MAX),
  };
}

function packetOf(
  { direction, peerName, peerAddress, port, ruleId }: SeenPacket,
  state: AllowlistState,
): Packet {
  // What strangers gave for a name need not be one.
  const name = peerName === null ? null : readFqdn(peerName);
  const inbound = () => state.rules.get(ruleId ?? "")?.portFrom ?? HTTPS_PORT;
  return {
    ...{ direction, protocol: "tcp", carriedBy: "application" },
    port: port ?? inbound(),
    peer: peerAddress !== null && readAddress(peerAddress).ok ? peerAddress : null,
    name: name?.ok ? name.value : null,
  };
}
