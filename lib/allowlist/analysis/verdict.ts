import { readAddress } from "#lib/shared/addresses.ts";
import { compileAllowlist } from "#lib/shared/allowlist/decide.ts";
import { type Point, pointOfName, runsOf } from "#lib/shared/allowlist/lines.ts";
import type { Packet, TrafficRule } from "#lib/shared/allowlist/traffic.ts";

/** What about a packet a rule does not hold. */
export type Miss = "expired" | "carrier" | "port" | "peer" | "protocol" | "direction";

export interface NearMiss {
  ruleId: string;
  miss: Miss;
}

export interface Verdict {
  allowed: boolean;
  /** The rule that decided: the narrowest of those that let it pass. */
  ruleId: string | null;
  /** The others that would let it pass by themselves. */
  alsoBy: string[];
  /** Where it is denied: rules that would let it pass but for one thing, the closest first. */
  nearMisses: NearMiss[];
}

export interface JudgedRule {
  traffic: TrafficRule;
  /** It has expired, and lets nothing pass. */
  expired: boolean;
}

const NEAR_MAX = 5;
/** What is nearest to passing first. */
const ORDER: readonly Miss[] = ["expired", "carrier", "port", "peer", "protocol", "direction"];

/** Whether the packet passes, by which rule, and where it does not, which rules it missed by one thing. */
export function verdictOf(rules: readonly JudgedRule[], packet: Packet): Verdict {
  const living = rules.filter(({ expired }) => !expired).map(({ traffic }) => traffic);
  const { allowed, ruleId } = compileAllowlist(living).decide(packet);
  const looked = rules.map((rule) => ({ id: rule.traffic.id, misses: missesOf(rule, packet) }));
  const alsoBy = looked.flatMap(({ id, misses }) => (misses.length === 0 && id !== ruleId ? [id] : []));
  const near = allowed
    ? []
    : looked.flatMap(({ id, misses: [first, ...more] }) =>
        first && more.length === 0 ? [{ ruleId: id, ...first }] : [],
      );
  near.sort((a, b) => ORDER.indexOf(a.miss) - ORDER.indexOf(b.miss) || a.distance - b.distance);
  const nearMisses = near.slice(0, NEAR_MAX).map(({ distance, ...miss }) => miss);
  return { allowed, ruleId, alsoBy, nearMisses };
}

/** `distance` compares misses of one kind. */
interface Missed {
  miss: Miss;
  distance: number;
}

function missesOf({ traffic, expired }: JudgedRule, packet: Packet): Missed[] {
  const protocol = traffic.protocol === packet.protocol;
  const checks: (Missed | null)[] = [
    expired ? { miss: "expired", distance: 0 } : null,
    traffic.carriedBy === packet.carriedBy ? null : { miss: "carrier", distance: 0 },
    portMiss(traffic, packet),
    peerMiss(traffic, packet),
    protocol ? null : { miss: "protocol", distance: 0 },
    traffic.direction === packet.direction ? null : { miss: "direction", distance: 0 },
  ];
  return checks.filter((check) => check !== null);
}

/** Only TCP and UDP have ports: beside ICMP it is the protocol that differs. */
function portMiss({ ports }: TrafficRule, { port }: Packet): Missed | null {
  if (ports === null || port === null || (ports.from <= port && port <= ports.to)) return null;
  return { miss: "port", distance: port < ports.from ? ports.from - port : port - ports.to };
}

function peerMiss({ peer }: TrafficRule, packet: Packet): Missed | null {
  const runs = runsOf(peer);
  const points = pointsOf(packet);
  const held = points.some(({ line, at }) =>
    runs.some((run) => run.line === line && run.from <= at && at < run.to),
  );
  if (held) return null;
  const distances = points.flatMap(({ line, at }) =>
    runs.flatMap((run) => (run.line === line ? [distanceOf(run, at)] : [])),
  );
  return { miss: "peer", distance: Math.min(Number.MAX_SAFE_INTEGER, ...distances) };
}

function pointsOf({ peer, name }: Packet): { line: "ipv4" | "ipv6" | "name"; at: Point }[] {
  const address = peer === null ? null : readAddress(peer);
  const point = name === null ? null : pointOfName(name.toLowerCase());
  return [
    ...(address?.ok
      ? [
          {
            line: address.value.family === 4 ? ("ipv4" as const) : ("ipv6" as const),
            at: address.value.value,
          },
        ]
      : []),
    ...(point === null ? [] : [{ line: "name" as const, at: point }]),
  ];
}

/** How many bits, or how many labels, lie between a point and a run of its line. */
function distanceOf({ from, to }: { from: Point; to: Point }, at: Point): number {
  if (typeof at === "string") return 1_000 - labelsInCommon(`${from}`, at);
  const [first, last] = [BigInt(from), BigInt(to) - 1n];
  return (at < first ? first - at : at - last).toString(2).length;
}

function labelsInCommon(a: string, b: string): number {
  const [left, right] = [a, b].map((point) => (point.split("\u0000")[0] ?? "").split(".").reverse());
  const differing = (left ?? []).findIndex((label, index) => label !== right?.[index]);
  return differing < 0 ? (left?.length ?? 0) : differing;
}
