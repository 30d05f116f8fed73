import type { ReactNode } from "react";
import { packetText } from "#components/change-requests/traffic-regions.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Callout } from "#components/ui/callout.tsx";
import type { RuleLabel } from "#lib/allowlist/analysis/labels.ts";
import type { ShownVerdict } from "#lib/allowlist/analysis/queries.ts";
import type { Miss } from "#lib/allowlist/analysis/verdict.ts";
import type { Packet } from "#lib/shared/allowlist/traffic.ts";
import { RuleLink } from "./rule-link.tsx";

const MISSES: Record<Miss, string> = {
  expired: "has expired",
  carrier: "is for another machine",
  port: "is for other ports",
  peer: "is for another peer",
  protocol: "is for another protocol",
  direction: "is for the other direction",
};

interface VerdictCardProps {
  deploymentId: string;
  packet: Packet;
  verdict: ShownVerdict;
}

/** Whether the packet passes, the rule that decided, and what came close. */
export function VerdictCard({ deploymentId, packet, verdict }: VerdictCardProps) {
  const { allowed, rule, alsoBy, moreAlsoBy, nearMisses, inForce } = verdict;
  return (
    <section aria-label="Answer" className="grid gap-3">
      <Callout
        tone={allowed ? "positive" : "negative"}
        title={`${allowed ? "Allowed" : "Denied"}: ${packetText(packet)}`}
      >
        {rule ? (
          <>
            Decided by <RuleLink deploymentId={deploymentId} rule={rule} />. {rule.purpose}
          </>
        ) : inForce === 0 ? (
          "No rule is in force: nothing passes."
        ) : inForce === 1 ? (
          "The one rule in force does not let it pass."
        ) : (
          `None of the ${inForce.toLocaleString("en")} rules in force lets it pass.`
        )}
        {packet.name !== null && !allowed && (
          <p className="text-muted">
            Rules for networks were not tried: which addresses the name has is not known here. Try one of
            them.
          </p>
        )}
      </Callout>
      {alsoBy.length > 0 && (
        <RuleList title="Would pass without that rule, too, by" more={moreAlsoBy}>
          {alsoBy.map((other) => (
            <RuleLine key={other.id} deploymentId={deploymentId} rule={other} />
          ))}
        </RuleList>
      )}
      {nearMisses.length > 0 && (
        <RuleList title="Missed by one thing" more={0}>
          {nearMisses.map(({ rule: near, miss }) => (
            <RuleLine key={near.id} deploymentId={deploymentId} rule={near} miss={miss} />
          ))}
        </RuleList>
      )}
    </section>
  );
}

function RuleList({ title, more, children }: { title: string; more: number; children: ReactNode }) {
  return (
    <div className="grid gap-2 rounded-lg border border-line bg-surface px-4 py-3">
      <h3 className="font-medium text-sm">{title}</h3>
      <ul className="grid gap-1.5 text-sm">{children}</ul>
      {more > 0 && <p className="text-muted text-xs">And {more} more.</p>}
    </div>
  );
}

function RuleLine({ deploymentId, rule, miss }: { deploymentId: string; rule: RuleLabel; miss?: Miss }) {
  return (
    <li className="flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
      <RuleLink deploymentId={deploymentId} rule={rule} />
      {miss && <Badge tone={miss === "expired" ? "caution" : "neutral"}>{MISSES[miss]}</Badge>}
      <span className="text-muted text-xs">{rule.purpose}</span>
    </li>
  );
}
