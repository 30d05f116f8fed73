import { CalendarCheck } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { dateWords } from "#components/ui/time-words.ts";
import type { ForecastDay } from "#lib/allowlist/analysis/queries.ts";
import { RegionList } from "./region-list.tsx";
import { RuleLink } from "./rule-link.tsx";

interface ForecastViewProps {
  deploymentId: string;
  days: readonly ForecastDay[];
  horizon: number;
}

/** Day by day: which rules end, and what that closes if nobody renews them. */
export function ForecastView({ deploymentId, days, horizon }: ForecastViewProps) {
  if (days.length === 0)
    return (
      <div className="rounded-lg border border-line bg-surface">
        <EmptyState icon={<CalendarCheck />} title={`No rule ends within ${horizon} days.`}>
          What passes now passes then.
        </EmptyState>
      </div>
    );
  return (
    <div className="grid min-w-0 gap-4">
      {days.map(({ day, rules, moreRules, closes }) => (
        <Card
          key={day}
          title={
            <span className="flex items-center gap-2">
              {dateWords(new Date(`${day}T00:00:00Z`))}
              <Badge tone={closes.total > 0 ? "caution" : "neutral"}>
                {closes.total > 0 ? "closes traffic" : "closes nothing"}
              </Badge>
            </span>
          }
          flush
        >
          <div className="grid gap-1 border-line border-b px-4 py-2 text-sm">
            <span className="text-muted text-xs">
              {rules.length + moreRules === 1 ? "This rule ends" : "These rules end"}
              {closes.total === 0 && "; others let the same pass"}
            </span>
            <ul className="grid gap-1">
              {rules.map((rule) => (
                <li key={rule.id}>
                  <RuleLink deploymentId={deploymentId} rule={rule} />{" "}
                  <span className="text-muted text-xs">{rule.purpose}</span>
                </li>
              ))}
              {moreRules > 0 && <li className="text-muted text-xs">and {moreRules} more</li>}
            </ul>
          </div>
          {closes.total > 0 && <RegionList deploymentId={deploymentId} {...closes} />}
        </Card>
      ))}
    </div>
  );
}
