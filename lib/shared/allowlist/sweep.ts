import { distinctSorted, type Line, type Point } from "./lines.ts";

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
  const points = distinctSorted(boxes.flatMap(({ from, to }) => [from, to]));
  const indexOf = new Map(points.map((point, index) => [point, index]));
  const segmentCount = Math.max(points.length - 1, 0);
  const counts = [new Int32Array(segmentCount), new Int32Array(segmentCount)] as const;
  const standing = { counts, owners: new Int32Array(segmentCount) };
  const kinds = new Int32Array(segmentCount);
  const since = new Int32Array(segmentCount);
  for (const { port, edges } of edgesByPort(boxes)) {
    const touched: [number, number][] = [];
    for (const { box, opens } of edges) {
      const [first, end] = [indexOf.get(box.from) ?? 0, indexOf.get(box.to) ?? 0];
      const count = counts[box.side];
      for (let segment = first; segment < end; segment += 1) {
        count[segment] = (count[segment] as number) + (opens ? 1 : -1);
        standing.owners[segment] = (standing.owners[segment] as number) ^ box.owner;
      }
      touched.push([first, end]);
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

interface Edge {
  box: Box;
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
  for (const box of boxes) {
    add(box.portFrom, { box, opens: true });
    add(box.portTo, { box, opens: false });
  }
  return [...byPort].map(([port, edges]) => ({ port, edges })).sort((a, b) => a.port - b.port);
}

function mergeSpans(spans: [number, number][]): [number, number][] {
  const merged: [number, number][] = [];
  for (const [first, end] of spans.sort((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous && first <= previous[1]) previous[1] = Math.max(previous[1], end);
    else merged.push([first, end]);
  }
  return merged;
}
