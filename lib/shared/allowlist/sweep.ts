import type { Line, Point } from "./lines.ts";

/** What a rule holds on one line of one plane: a rectangle of peers and ports. `owner` is the rule's place in its list. */
export interface Box {
  readonly line: Line;
  readonly from: Point;
  readonly to: Point;
  /** First port, and the first that is no longer in it. ICMP lies at port 0. */
  readonly portFrom: number;
  readonly portTo: number;
  readonly side: 0 | 1;
  readonly owner: number;
}

/** How one segment of the line stands, between two ports at which something changed. */
interface Standing {
  /** How many boxes of each side hold it. */
  readonly counts: readonly [Int32Array, Int32Array];
  /** The owners of all boxes that hold it, exclusive-ored: where only one does, this is it. */
  readonly owners: Int32Array;
}

export type Classify = (standing: Standing, segment: number) => number;
export interface Region {
  /** What `classify` said of it; never 0. */
  kind: number;
  from: Point;
  to: Point;
  portFrom: number;
  portTo: number;
}

/**
 * Sweeps over the ports of boxes on one line and yields, as rectangles, everything that `classify` calls something
 * other than 0. Exact, because between two points at which a box begins or ends nothing can differ. Only segments that
 * a box at this port touches are looked at again: so many narrow boxes cost little, and few wide ones as well.
 */
export function* sweep(boxes: readonly Box[], classify: Classify): Generator<Region> {
  const { points, spans } = placed(boxes);
  const segmentCount = Math.max(points.length - 1, 0);
  const counts = [new Int32Array(segmentCount), new Int32Array(segmentCount)] as const;
  const standing = { counts, owners: new Int32Array(segmentCount) };
  const kinds = new Int32Array(segmentCount);
  const since = new Int32Array(segmentCount);
  for (const { port, edges } of edgesByPort(boxes)) {
    const touched: Span[] = [];
    for (const { index, opens } of edges) {
      const { side, owner } = boxes[index] as Box;
      const span = spans[index] as Span;
      const count = counts[side];
      const step = opens ? 1 : -1;
      for (let segment = span[0]; segment < span[1]; segment += 1) {
        count[segment] = (count[segment] as number) + step;
        standing.owners[segment] = (standing.owners[segment] as number) ^ owner;
      }
      touched.push(span);
    }
    for (const [first, end] of mergeSpans(touched)) {
      let open: Region | null = null;
      for (let segment = first; segment < end; segment += 1) {
        const before = kinds[segment] as number;
        const now = classify(standing, segment);
        if (now === before) continue;
        const portFrom = since[segment] as number;
        if (before !== 0) {
          const from = points[segment] as Point;
          const to = points[segment + 1] as Point;
          if (open && open.to === from && open.kind === before && open.portFrom === portFrom) open.to = to;
          else {
            if (open) yield open;
            open = { kind: before, from, to, portFrom, portTo: port };
          }
        }
        kinds[segment] = now;
        since[segment] = port;
      }
      if (open) yield open;
    }
  }
}

/** From the first segment up to, but not including, the end. */
type Span = readonly [first: number, end: number];

/** The points of one line at which a box begins or ends, in order, and where among them each box lies. */
function placed(boxes: readonly Box[]): { points: Point[]; spans: Span[] } {
  const ends = boxes.flatMap(({ from, to }) => [from, to]);
  // Comparing numbers costs far less than big ones, and an IPv4 address is a number.
  const keys = boxes[0]?.line === "ipv4" ? ends.map(Number) : ends;
  const order = Uint32Array.from(ends.keys()).sort((a, b) => compare(keys[a], keys[b]));
  const points: Point[] = [];
  const places = new Uint32Array(ends.length);
  let before: Key;
  for (const end of order) {
    if (keys[end] !== before) points.push(ends[end] as Point);
    before = keys[end];
    places[end] = points.length - 1;
  }
  const spans = boxes.map((_, index): Span => [places[2 * index] ?? 0, places[2 * index + 1] ?? 0]);
  return { points, spans };
}

type Key = Point | number | undefined;

function compare(a: Key, b: Key): number {
  return (a as Point) < (b as Point) ? -1 : (a as Point) > (b as Point) ? 1 : 0;
}

interface Edge {
  /** The box's place among all. */
  index: number;
  opens: boolean;
}

/** Everything that ends at a port is taken away together with what begins there: what only changes hands stays whole. */
function edgesByPort(boxes: readonly Box[]): { port: number; edges: Edge[] }[] {
  const byPort = new Map<number, Edge[]>();
  const add = (port: number, edge: Edge) => {
    const known = byPort.get(port);
    if (known) known.push(edge);
    else byPort.set(port, [edge]);
  };
  for (const [index, { portFrom, portTo }] of boxes.entries()) {
    add(portFrom, { index, opens: true });
    add(portTo, { index, opens: false });
  }
  return [...byPort].map(([port, edges]) => ({ port, edges })).sort((a, b) => a.port - b.port);
}

function mergeSpans(spans: Span[]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [first, end] of spans.sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous && first <= previous[1]) previous[1] = Math.max(previous[1], end);
    else merged.push([first, end]);
  }
  return merged;
}
