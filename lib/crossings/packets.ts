import "server-only";
import type { Tx } from "#lib/platform/db.ts";
import { Prisma } from "#lib/platform/prisma/client.ts";
import { DAY_MS } from "#lib/shared/clock.ts";

/** Crossings that are alike to an allowlist, as one. */
export interface SeenPacket {
  direction: "egress" | "ingress";
  peerName: string | null;
  peerAddress: string | null;
  /** Of egress, which port was asked for. What comes in shows the port it came from, which no rule is about. */
  port: number | null;
  /** By which rule the last of them passed. */
  ruleId: string | null;
  count: number;
  lastAt: Date;
}

export interface SeenPackets {
  days: number;
  packets: SeenPacket[];
  /** How many crossings they stand for. */
  crossings: number;
  /** There were more crossings than are read, or more kinds of them than are told apart: the newest and the most frequent count. */
  more: boolean;
}

const DAYS = 30;
const CROSSINGS_MAX = 200_000;
const PACKETS_MAX = 20_000;

/** What tried to pass one site's boundary in the last 30 days, each kind once. */
export async function seenPackets(tx: Tx, deploymentId: string, now: Date): Promise<SeenPackets> {
  const found = await tx.$queryRaw<SeenPacket[]>(Prisma.sql`
    WITH newest AS (
      SELECT c.direction, c.peer_name, c.peer_address, c.rule_id, c.began_at,
        CASE c.direction WHEN 'egress' THEN c.peer_port END AS port
      FROM boundary.crossings c
      WHERE c.deployment_id = ${deploymentId} AND c.began_at >= ${new Date(now.getTime() - DAYS * DAY_MS)}
        AND c.kind <> 'gap' AND c.kind <> 'bundle' AND (c.peer_name IS NOT NULL OR c.peer_address IS NOT NULL)
      ORDER BY c.began_at DESC LIMIT ${CROSSINGS_MAX}
    )
    SELECT direction, peer_name AS "peerName", host(peer_address) AS "peerAddress", port,
      (array_agg(rule_id ORDER BY began_at DESC))[1] AS "ruleId", count(*)::int AS count, max(began_at) AS "lastAt"
    FROM newest GROUP BY direction, peer_name, peer_address, port
    ORDER BY count DESC, "lastAt" DESC LIMIT ${PACKETS_MAX + 1}`);
  const packets = found.slice(0, PACKETS_MAX);
  const crossings = packets.reduce((sum, { count }) => sum + count, 0);
  return { days: DAYS, packets, crossings, more: found.length > PACKETS_MAX || crossings >= CROSSINGS_MAX };
}
