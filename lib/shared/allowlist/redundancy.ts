import { groupBoxes } from "./boxes.ts";
import { regionOf } from "./difference.ts";
import { distinctSorted, type Line, type Point, type Run, runsOf } from "./lines.ts";
import { sweep } from "./sweep.ts";
import { type Packet, planeOf, type TrafficRule } from "./traffic.ts";

/** What one rule is worth beside the others. */
export type RuleWorth =
  /** It lets something pass that no other does: the witness. */
  | { state: "needed"; witness: Packet }
  /** Another rule alone lets all of it pass. Of two that say the same, the first in the list counts. */
  | { state: "shadowed"; by: string }
  /** The others together let all of it pass. */
  | { state: "redundant" };

/** What each rule is worth, in the order of the list. */
export function worthOf(rules: readonly TrafficRule[]): RuleWorth[] {
  const witnesses = new Map<number, Packet>();
  for (const group of groupBoxes(rules)) {
    // Where exactly one box lies, `owners` is its owner; plus one, for 0 means that nothing is to be said.
    const regions = sweep(group.boxes, ({ counts: [count], owners }, segment) =>
      count[segment] === 1 ? (owners[segment] as number) + 1 : 0,
    );
    for (const region of regions) {
      if (witnesses.has(region.kind - 1)) continue;
      const traffic = regionOf(group, region);
      if (traffic) witnesses.set(region.kind - 1, traffic.witness);
    }
  }
  const spans = spansOf(rules);
  const byPlane = Map.groupBy(rules.keys(), (index) => planeOf(rules[index] as TrafficRule));
  return rules.map((rule, index) => {
    const witness = witnesses.get(index);
    if (witness) return { state: "needed", witness };
    const others = byPlane.get(planeOf(rule)) ?? [];
    const by = others.find((other) => other !== index && coversWhole(spans, other, index));
    return by === undefined ? { state: "redundant" } : { state: "shadowed", by: rules[by]?.id ?? "" };
  });
}

/** What one rule holds, with peers as places in the order of all points: comparing small numbers is what makes this quick. */
interface Spans {
  portFrom: number;
  portTo: number;
  peers: { line: Line; from: number; to: number }[];
}

function spansOf(rules: readonly TrafficRule[]): Spans[] {
  const runs = rules.map(({ peer }) => runsOf(peer));
  const places = { ipv4: placesOf(runs, "ipv4"), ipv6: placesOf(runs, "ipv6"), name: placesOf(runs, "name") };
  return rules.map(({ ports }, index) => ({
    portFrom: ports?.from ?? 0,
    portTo: ports?.to ?? 0,
    peers: (runs[index] ?? []).map(({ line, from, to }) => ({
      line,
      from: places[line].get(from) ?? 0,
      to: places[line].get(to) ?? 0,
    })),
  }));
}

function placesOf(runs: readonly Run[][], wanted: Line): Map<Point, number> {
  const points = runs.flat().flatMap(({ line, from, to }) => (line === wanted ? [from, to] : []));
  return new Map(distinctSorted(points).map((point, place) => [point, place]));
}

function coversWhole(spans: readonly Spans[], outerIndex: number, innerIndex: number): boolean {
  const [outer, inner] = [spans[outerIndex] as Spans, spans[innerIndex] as Spans];
  if (!contains(outer, inner)) return false;
  return outerIndex < innerIndex || !contains(inner, outer);
}

/** Whether everything that `inner` lets pass, `outer` lets pass too. Both are of one plane. */
function contains(outer: Spans, inner: Spans): boolean {
  if (inner.portFrom < outer.portFrom || outer.portTo < inner.portTo) return false;
  return inner.peers.every(({ line, from, to }) =>
    outer.peers.some((peer) => peer.line === line && peer.from <= from && to <= peer.to),
  );
}
