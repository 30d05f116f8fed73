import { Equal } from "lucide-react";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { absoluteWords } from "#components/ui/time-words.ts";
import type { Comparison, OtherSide } from "#lib/allowlist/comparison/queries.ts";
import { RegionList } from "./region-list.tsx";

interface ComparisonViewProps {
  deploymentId: string;
  of: Comparison;
  /** What the formats are called. */
  formats: ReadonlyMap<string, string>;
}

/** Exactly which packets pass here and now and not on the other side, and the other way round. */
export function ComparisonView({ deploymentId, of, formats }: ComparisonViewProps) {
  const { other, onlyHere, onlyThere, rules } = of;
  const past = other.kind === "past";
  const here = `${rules.here.toLocaleString("en")} ${rules.here === 1 ? "rule" : "rules"}`;
  const counted = `${here} in force here, ${rules.there.toLocaleString("en")} ${past ? "then" : "there"}.`;
  const rulesThere = other.kind === "deployment" ? other.id : deploymentId;
  return (
    <div className="grid min-w-0 gap-5">
      <div className="grid gap-0.5">
        <h2 className="font-semibold">{otherWords(other, formats)}</h2>
        <p className="text-muted text-sm">{counted}</p>
      </div>
      {onlyHere.total + onlyThere.total === 0 && (
        <div className="rounded-lg border border-line bg-surface">
          <EmptyState icon={<Equal />} title="Exactly the same packets pass.">
            Whatever the rules are called and however they are cut.
          </EmptyState>
        </div>
      )}
      {onlyHere.total > 0 && (
        <Card title={past ? "Opened since" : "Passes only here"} flush>
          <RegionList deploymentId={deploymentId} {...onlyHere} />
        </Card>
      )}
      {onlyThere.total > 0 && (
        <Card title={past ? "Closed since" : "Passes only there"} flush>
          <RegionList deploymentId={deploymentId} rulesOf={rulesThere} {...onlyThere} />
        </Card>
      )}
    </div>
  );
}

function otherWords(other: OtherSide, formats: ReadonlyMap<string, string>): string {
  if (other.kind === "deployment") return `Beside ${other.name}, ${other.customerName}`;
  const at = absoluteWords(other.at);
  if (other.export === null) return `Since ${at}`;
  const { format, takenByName } = other.export;
  return `Since ${takenByName} took it as ${formats.get(format) ?? format} on ${at}`;
}
