import type { Metadata } from "next";
import { IdleTable } from "#components/allowlist/analysis/idle-table.tsx";
import { PacketBox } from "#components/allowlist/analysis/packet-box.tsx";
import { VerdictCard } from "#components/allowlist/analysis/verdict-card.tsx";
import { askedPacket } from "#lib/allowlist/analysis/packet.ts";
import { listIdleRules, tryPacket } from "#lib/allowlist/analysis/queries.ts";
import { IDLE_LIST } from "#lib/allowlist/analysis/schema.ts";
import { requireActor } from "#lib/auth/session.ts";
import { parseListQuery } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";

export const metadata: Metadata = { title: "Check the allowlist" };

export default async function CheckPage({
  params,
  searchParams,
}: PageProps<"/deployments/[deploymentId]/allowlist/check">) {
  const { deploymentId } = await params;
  const said = await searchParams;
  const actor = await requireActor();
  const { packet, ...asked } = askedPacket(said);
  const [verdict, idle] = await orNotFound(() =>
    Promise.all([
      packet && tryPacket(actor, deploymentId, packet),
      listIdleRules(actor, deploymentId, parseListQuery(said, IDLE_LIST)),
    ]),
  );
  return (
    <div className="grid min-w-0 gap-5">
      <PacketBox key={JSON.stringify(asked.written)} {...asked} />
      {packet && verdict && <VerdictCard deploymentId={deploymentId} packet={packet} verdict={verdict} />}
      <IdleTable deploymentId={deploymentId} idle={idle} />
    </div>
  );
}
