import type { PortRange } from "../ports.ts";
import { type BoxGroup, groupBoxes } from "./boxes.ts";
import { examplePeer, type Line, type Run, runText } from "./lines.ts";
import { type Region, sweep } from "./sweep.ts";
import type { Packet, TrafficRule } from "./traffic.ts";

/** Traffic that passes under one allowlist and not under another: a rectangle of peers and ports. */
export interface TrafficRegion {
  direction: TrafficRule["direction"];
  protocol: TrafficRule["protocol"];
  carriedBy: TrafficRule["carriedBy"];
  run: Run;
  ports: PortRange | null;
  /** One packet of it, which anybody can try. */
  witness: Packet;
}

export interface Difference {
  /** What passes after and did not before. */
  opened: TrafficRegion[];
  /** What passed before and does not after. */
  closed: TrafficRegion[];
}

const ONLY_BEFORE = 1;
const ONLY_AFTER = 2;

/** Exactly what changes for packets between two allowlists, whatever their rules are called and however they are cut. */
export function differenceOf(before: readonly TrafficRule[], after: readonly TrafficRule[]): Difference {
  const difference: Difference = { opened: [], closed: [] };
  for (const group of groupBoxes(before, after)) {
    const regions = sweep(group.boxes, ({ counts }, segment) => {
      const passedBefore = (counts[0][segment] as number) > 0;
      const passesNow = (counts[1][segment] as number) > 0;
      if (passedBefore === passesNow) return 0;
      return passedBefore ? ONLY_BEFORE : ONLY_AFTER;
    });
    for (const region of regions) {
      const traffic = regionOf(group, region);
      if (traffic) difference[region.kind === ONLY_AFTER ? "opened" : "closed"].push(traffic);
    }
  }
  return difference;
}

/** Whether exactly the same packets pass under both. */
export function isEquivalent(a: readonly TrafficRule[], b: readonly TrafficRule[]): boolean {
  const { opened, closed } = differenceOf(a, b);
  return opened.length === 0 && closed.length === 0;
}

/** A region in words that name its traffic; null where no packet can lie in it. */
export function regionOf(
  { plane, line }: Pick<BoxGroup, "plane"> & { line: Line },
  { from, to, portFrom, portTo }: Region,
): TrafficRegion | null {
  const run = { line, from, to };
  const peer = examplePeer(run);
  if (!peer) return null;
  const ports = plane.protocol === "icmp" ? null : { from: portFrom, to: portTo - 1 };
  return { ...plane, run, ports, witness: { ...plane, port: ports?.from ?? null, ...peer } };
}

/** The peers of a region as people write them. */
export function regionPeers({ run }: TrafficRegion): string[] {
  return runText(run);
}
