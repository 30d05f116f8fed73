import { readAddress } from "../addresses.ts";
import { type Line, pointOfName, runsOf } from "./lines.ts";
import type { Packet, TrafficRule } from "./traffic.ts";

/** Whether a packet passes, and the id of the rule that decided; null where none did, which denies. */
export interface Decision {
  allowed: boolean;
  ruleId: string | null;
}

export interface Decider {
  /** @throws RangeError where the packet's address is not one: nobody may decide about what they cannot read. */
  decide(packet: Packet): Decision;
}

const DENIED: Decision = { allowed: false, ruleId: null };
const PORT_COUNT = 65_536;

/**
 * Compiles rules into an index. Of several rules that let a packet pass the narrowest decides: fewest ports, then
 * fewest peers, then the first in the list, so that the record names the rule that was written for this traffic.
 *
 * Each plane is cut into runs of ports between which no rule begins or ends. A run's peers are sorted only when the
 * first packet for one of its ports comes: an allowlist has many ports and traffic has few. Nothing of the rules
 * themselves is kept, but their runs as plain numbers: a program that decides about every connection for weeks is not
 * to have ten thousand objects lie about, which its collector would look through again and again.
 */
export function compileAllowlist(rules: readonly TrafficRule[]): Decider {
  const sorted: TrafficRule[][] = Array.from({ length: PLANE_COUNT }, () => []);
  for (const rule of [...rules].sort(byWidth)) sorted[planePlace(rule)]?.push(rule);
  const planes = sorted.map((ofPlane) => (ofPlane.length > 0 ? makePlane(ofPlane) : null));
  return {
    decide(packet) {
      const plane = planes[planePlace(packet)];
      if (!plane) return DENIED;
      const slice = sliceAt(plane, packet.port ?? 0);
      return (
        (packet.peer === null ? null : decisionByAddress(slice, packet.peer)) ??
        (packet.name === null ? null : decisionByName(slice, packet.name)) ??
        DENIED
      );
    },
  };
}

const PLANE_COUNT = 12;

/** A plane as a small number: what is looked up for every packet. */
function planePlace({ direction, protocol, carriedBy }: Packet | TrafficRule): number {
  const carrier = carriedBy === "application" ? 0 : 1;
  const towards = direction === "egress" ? 0 : 2;
  return carrier + towards + (protocol === "tcp" ? 0 : protocol === "udp" ? 4 : 8);
}

/** Rules that are compared with each other. A rule is known by its rank, the narrowest first. */
interface Plane {
  readonly decisions: readonly Decision[];
  readonly firstPorts: Int32Array;
  readonly lastPorts: Int32Array;
  /** For each port, the place of its slice; made with the first packet. */
  cuts: Uint32Array | null;
  readonly slices: (Slice | undefined)[];
  readonly ipv4: Runs<number>;
  readonly ipv6: Runs<bigint>;
  readonly name: Runs<string>;
}

/** The runs of all rules on one line, and whose they are. */
interface Runs<Value> {
  readonly from: ArrayLike<Value>;
  /** The first that is not in the run any more. */
  readonly to: ArrayLike<Value>;
  readonly ranks: Uint32Array;
}

/** What may pass on the ports of one run: sorted beginnings, and the decision from each up to the next. */
interface Slice {
  readonly ipv4: Ipv4Line;
  readonly ipv6: CutLine<bigint>;
  readonly name: CutLine<string>;
}

interface CutLine<Value> {
  readonly from: readonly Value[];
  readonly decisions: readonly (Decision | null)[];
}

/** With a rough index: how many pieces begin before each block of addresses, of as many blocks as there are pieces. */
interface Ipv4Line {
  readonly from: Uint32Array;
  readonly decisions: readonly (Decision | null)[];
  /** How many bits of an address tell nothing of its block. */
  readonly shift: number;
  readonly before: Uint32Array;
}

function makePlane(rules: readonly TrafficRule[]): Plane {
  const runs = rules.flatMap(({ peer }, rank) => runsOf(peer).map((run) => ({ ...run, rank })));
  const on = (line: Line) => runs.filter((run) => run.line === line);
  const [ipv4, ipv6, name] = [on("ipv4"), on("ipv6"), on("name")];
  const ranksOf = (some: readonly { rank: number }[]) => Uint32Array.from(some, ({ rank }) => rank);
  return {
    decisions: rules.map(({ id }) => ({ allowed: true, ruleId: id })),
    firstPorts: Int32Array.from(rules, ({ ports }) => ports?.from ?? 0),
    lastPorts: Int32Array.from(rules, ({ ports }) => ports?.to ?? PORT_COUNT - 1),
    cuts: null,
    slices: [],
    ipv4: {
      from: Float64Array.from(ipv4, ({ from }) => Number(from)),
      to: Float64Array.from(ipv4, ({ to }) => Number(to)),
      ranks: ranksOf(ipv4),
    },
    ipv6: {
      from: ipv6.map(({ from }) => from as bigint),
      to: ipv6.map(({ to }) => to as bigint),
      ranks: ranksOf(ipv6),
    },
    name: {
      from: name.map(({ from }) => from as string),
      to: name.map(({ to }) => to as string),
      ranks: ranksOf(name),
    },
  };
}

function sliceAt(plane: Plane, port: number): Slice {
  plane.cuts ??= cutsOf(plane);
  const place = plane.cuts[port] ?? 0;
  const known = plane.slices[place];
  if (known) return known;
  const slice = makeSlice(plane, port);
  plane.slices[place] = slice;
  return slice;
}

function cutsOf({ firstPorts, lastPorts }: Plane): Uint32Array {
  const cuts = new Uint32Array(PORT_COUNT);
  for (const first of firstPorts) cuts[first] = 1;
  for (const last of lastPorts) if (last + 1 < PORT_COUNT) cuts[last + 1] = 1;
  for (let port = 1; port < PORT_COUNT; port += 1)
    cuts[port] = (cuts[port] as number) + (cuts[port - 1] as number);
  return cuts;
}

function makeSlice(plane: Plane, port: number): Slice {
  const { firstPorts, lastPorts, decisions } = plane;
  const holds = (rank: number) => (firstPorts[rank] as number) <= port && port <= (lastPorts[rank] as number);
  return {
    ipv4: indexed(cutLine(plane.ipv4, holds, decisions)),
    ipv6: cutLine(plane.ipv6, holds, decisions),
    name: cutLine(plane.name, holds, decisions),
  };
}

const IPV4_END = 2 ** 32;

function indexed(line: CutLine<number>): Ipv4Line {
  // What ends with the last address of IPv4 has nothing behind it.
  const from = Uint32Array.from(line.from.at(-1) === IPV4_END ? line.from.slice(0, -1) : line.from);
  const bits = Math.min(16, Math.max(1, Math.ceil(Math.log2(from.length + 1))));
  const shift = 32 - bits;
  const before = new Uint32Array(2 ** bits + 1);
  for (const at of from) before[(at >>> shift) + 1] = (before[(at >>> shift) + 1] as number) + 1;
  for (let block = 1; block < before.length; block += 1)
    before[block] = (before[block] as number) + (before[block - 1] as number);
  return { from, decisions: line.decisions, shift, before };
}

/** Cuts a line where rules begin and end, and gives each piece to the lowest rank that holds it. */
function cutLine<Value extends number | bigint | string>(
  { from, to, ranks }: Runs<Value>,
  holds: (rank: number) => boolean,
  decisions: readonly Decision[],
): CutLine<Value> {
  const edges: { at: Value; rank: number; opens: boolean }[] = [];
  for (const [index, rank] of ranks.entries()) {
    if (!holds(rank)) continue;
    edges.push(
      { at: from[index] as Value, rank, opens: true },
      { at: to[index] as Value, rank, opens: false },
    );
  }
  edges.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  const cut = { from: [] as Value[], decisions: [] as (Decision | null)[] };
  const open: number[] = []; // ranks, sorted
  for (let next = 0; next < edges.length; ) {
    const at = edges[next]?.at as Value;
    for (; next < edges.length && edges[next]?.at === at; next += 1) {
      const { rank, opens } = edges[next] as { rank: number; opens: boolean };
      const place = placeOf(open, rank);
      if (opens) open.splice(place, 0, rank);
      else open.splice(place, 1);
    }
    const decision = open[0] === undefined ? null : (decisions[open[0]] ?? null);
    if (cut.decisions.at(-1) === decision && cut.from.length > 0) continue;
    cut.from.push(at);
    cut.decisions.push(decision);
  }
  return cut;
}

function placeOf(sorted: readonly number[], rank: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

function decisionByAddress({ ipv4, ipv6 }: Slice, text: string): Decision | null {
  const quick = ipv4Value(text);
  if (quick >= 0) {
    const block = quick >>> ipv4.shift;
    const [low, high] = [ipv4.before[block] as number, ipv4.before[block + 1] as number];
    return lastNotAbove(ipv4.from, quick, ipv4.decisions, low, high);
  }
  const reading = readAddress(text);
  if (!reading.ok) throw new RangeError(reading.problem);
  return lastNotAbove(ipv6.from, reading.value.value, ipv6.decisions);
}

function decisionByName({ name }: Slice, asked: string): Decision | null {
  const point = pointOfName(asked.toLowerCase());
  return point === null ? null : lastNotAbove(name.from, point, name.decisions);
}

function lastNotAbove<Value extends number | bigint | string>(
  from: ArrayLike<Value>,
  value: Value,
  decisions: readonly (Decision | null)[],
  lowest = 0,
  highest = from.length,
): Decision | null {
  let [low, high] = [lowest, highest];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((from[middle] as Value) <= value) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : (decisions[low - 1] ?? null);
}

/** A dotted decimal address as a number, as strictly as `readAddress`; -1 for everything else, IPv6 included. */
function ipv4Value(text: string): number {
  let value = 0;
  let part = -1;
  let parts = 1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 46) {
      if (part < 0) return -1;
      value = value * 256 + part;
      part = -1;
      parts += 1;
    } else {
      if (code < 48 || code > 57 || part === 0) return -1;
      part = part < 0 ? code - 48 : part * 10 + code - 48;
      if (part > 255) return -1;
    }
  }
  return parts === 4 && part >= 0 ? value * 256 + part : -1;
}

/** The narrowest first: fewest ports, then fewest peers. A name is one peer, and a wildcard many. */
function byWidth(a: TrafficRule, b: TrafficRule): number {
  return portCount(a) - portCount(b) || compare(peerCount(a), peerCount(b));
}

function portCount({ ports }: TrafficRule): number {
  return ports ? ports.to - ports.from : 0;
}

function peerCount({ peer }: TrafficRule): bigint {
  if ("name" in peer) return peer.name.startsWith("*") ? 1n << 32n : 1n;
  return peer.ranges.reduce((count, { first, last }) => count + last - first + 1n, 0n);
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
