import { regionText } from "#components/change-requests/traffic-regions.tsx";
import type { RuleLabel } from "#lib/allowlist/analysis/labels.ts";
import type { ShownRegion } from "#lib/allowlist/simulation.ts";
import { PacketLink } from "./packet-link.tsx";
import { RuleLink } from "./rule-link.tsx";

interface RegionListProps {
  deploymentId: string;
  /** Where its rules are listed, if that is another deployment. */
  rulesOf?: string;
  regions: readonly (ShownRegion & { rule?: RuleLabel | null })[];
  total: number;
}

/** Traffic as rectangles of peers and ports, each with a packet to try. */
export function RegionList({ deploymentId, rulesOf = deploymentId, regions, total }: RegionListProps) {
  return (
    <>
      <ul className="divide-y divide-line">
        {regions.map((region) => (
          <li
            key={JSON.stringify([region.witness, region.ports])}
            className="grid gap-x-6 gap-y-1 px-4 py-2 text-sm lg:grid-cols-[minmax(0,1fr)_minmax(0,20rem)]"
          >
            <span className="grid gap-0.5">
              <span className="[overflow-wrap:anywhere]">{regionText(region)}</span>
              {region.rule && (
                <span className="text-muted text-xs">
                  by <RuleLink deploymentId={rulesOf} rule={region.rule} />
                </span>
              )}
            </span>
            <span className="text-muted text-xs">
              Try: <PacketLink deploymentId={deploymentId} packet={region.witness} />
            </span>
          </li>
        ))}
      </ul>
      {total > regions.length && (
        <p className="px-4 py-2 text-muted text-xs">
          The first {regions.length} of {total.toLocaleString("en")}.
        </p>
      )}
    </>
  );
}
