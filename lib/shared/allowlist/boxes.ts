import { type Line, runsOf } from "./lines.ts";
import type { Box } from "./sweep.ts";
import { planeOf, type TrafficRule } from "./traffic.ts";

const PORT_COUNT = 65_536;

/** The boxes of some rules, those together that can meet: of one plane, on one line. */
export interface BoxGroup {
  plane: Pick<TrafficRule, "direction" | "protocol" | "carriedBy">;
  line: Line;
  boxes: Box[];
}

/** Puts the rules of up to two lists into groups. `owner` is a rule's place in its own list. */
export function groupBoxes(...sides: readonly (readonly TrafficRule[])[]): BoxGroup[] {
  const groups = new Map<string, BoxGroup>();
  for (const [side, rules] of sides.entries()) {
    for (const [owner, rule] of rules.entries()) {
      for (const { line, from, to } of runsOf(rule.peer)) {
        const key = `${planeOf(rule)} ${line}`;
        const { direction, protocol, carriedBy } = rule;
        const group = groups.get(key) ?? { plane: { direction, protocol, carriedBy }, line, boxes: [] };
        groups.set(key, group);
        group.boxes.push({ line, from, to, ...portsOf(rule), side: side === 0 ? 0 : 1, owner });
      }
    }
  }
  return [...groups.values()];
}

/** ICMP has no ports, and other protocols no port 0: it stands there alone. */
function portsOf({ ports }: TrafficRule): { portFrom: number; portTo: number } {
  return ports === null
    ? { portFrom: 0, portTo: 1 }
    : { portFrom: ports.from, portTo: Math.min(ports.to + 1, PORT_COUNT) };
}
