import type { Boundary, Flow, Place, PlaceId } from "#lib/deployments/boundary.ts";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Line {
  d: string;
  /** Where its words stand. */
  at: { x: number; y: number; anchor: "start" | "middle" | "end" };
  /** Where it goes through the wall; null: it does not. */
  gate: number | null;
}

export const WIDTH = 960;
export const WALL = { x: 352, width: 28 };
const BOX = { width: 204, height: 54 };
const ROW = 82;
const TOP = 58;
const COLUMN = { outside: 40, first: 448, second: 742 };

/** The height of the picture: as many rows as stand inside. */
export function heightOf(boundary: Boundary): number {
  return TOP + rowsInside(boundary).length * ROW + 4;
}

/** Where each place stands. */
export function boxesOf(boundary: Boundary): Map<PlaceId, Box> {
  const rows = rowsInside(boundary);
  const boxes = new Map<PlaceId, Box>();
  const put = (id: PlaceId, x: number, from: number, to = from) =>
    boxes.set(id, { x, y: TOP + from * ROW, width: BOX.width, height: BOX.height + (to - from) * ROW });
  for (const [row, { id }] of rows.entries()) put(id, COLUMN.first, row);
  const last = rows.length - 1;
  const console_ = boundary.places.find((place) => place.id === "console");
  // The provider is reached from the service, where there is one, and from browsers: it spans both rows.
  put("provider", COLUMN.second, Math.max(1, last - 1), last);
  if (console_)
    put(
      "console",
      console_.side === "inside" ? COLUMN.second : COLUMN.outside,
      console_.side === "inside" ? 0 : 1,
    );
  put("workos", COLUMN.outside, 0, console_?.side === "outside" ? 0 : last);
  return boxes;
}

/** The way a flow takes on the picture. */
export function lineOf(flow: Flow, boxes: ReadonlyMap<PlaceId, Box>): Line | null {
  const from = boxes.get(flow.from);
  const to = boxes.get(flow.to);
  if (!from || !to) return null;
  if (flow.state === "inside") return insideLine(flow, from, to);
  const inner = from.x > to.x ? from : to;
  const outer = from.x > to.x ? to : from;
  // Two flows between the same two boxes, out and in, keep apart.
  const y =
    inner.y +
    inner.height / 2 +
    (flow.from === "workos" ? 15 : flow.to === "workos" && flow.from === "application" ? -9 : 0);
  const outward = flow.from !== "workos" && flow.from !== "console";
  const at = { x: (COLUMN.outside + BOX.width + WALL.x) / 2, y: y - 6, anchor: "middle" as const };
  if (y > outer.y + outer.height) {
    // Under what stands between: along the row, then up to the box.
    const x = outer.x - 18;
    const end = outer.y + outer.height / 2;
    return { d: `M${inner.x} ${y} H${x} V${end} H${outer.x}`, at, gate: y };
  }
  const [start, end] = outward ? [inner.x, outer.x + outer.width] : [outer.x + outer.width, inner.x];
  return { d: `M${start} ${y} H${end}`, at, gate: y };
}

function insideLine(flow: Flow, from: Box, to: Box): Line {
  if (from.x === to.x) {
    const x = from.x + from.width / 2;
    const [start, end] = from.y < to.y ? [from.y + from.height, to.y] : [from.y, to.y + to.height];
    return {
      d: `M${x} ${start} V${end}`,
      at: { x: x + 8, y: (start + end) / 2 + 4, anchor: "start" },
      gate: null,
    };
  }
  if (flow.from === "console") {
    const middle = (to.x + to.width + from.x) / 2;
    const end = to.y + 14;
    const y = from.y + from.height / 2;
    return {
      d: `M${from.x} ${y} H${middle} V${end} H${to.x + to.width}`,
      at: { x: middle, y: y - 6, anchor: "middle" },
      gate: null,
    };
  }
  const y = from.y + from.height / 2 + (flow.from === "service" ? 8 : 0);
  const start = from.x + from.width;
  return {
    d: `M${start} ${y} H${to.x}`,
    at: { x: (start + to.x) / 2, y: y - 5, anchor: "middle" },
    gate: null,
  };
}

function rowsInside(boundary: Boundary): Place[] {
  const order: PlaceId[] = ["application", "service", "browsers"];
  return order.flatMap((id) => boundary.places.find((place) => place.id === id) ?? []);
}
