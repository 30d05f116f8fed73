import type { Route } from "next";
import Link from "next/link";
import { packetText } from "#components/change-requests/traffic-regions.tsx";
import { packetQuery } from "#lib/allowlist/analysis/shape.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";

/** One packet that shows it, leading to the box that tries it. */
export function PacketLink({ deploymentId, packet }: { deploymentId: string; packet: Packet }) {
  return (
    <Link
      href={`/deployments/${deploymentId}/allowlist/check?${packetQuery(packet)}` as Route}
      className="text-accent hover:underline"
    >
      <code className="text-xs [overflow-wrap:anywhere]">{packetText(packet)}</code>
    </Link>
  );
}
