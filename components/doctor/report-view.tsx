import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Change } from "#lib/doctor/policy.ts";
import type { CheckResult, Group } from "#lib/doctor/report.ts";
import { GROUP_NAMES } from "#lib/doctor/words.ts";
import { ReportLine } from "./report-line.tsx";

interface ReportViewProps {
  /** In the order in which they are to be read: failed first. */
  groups: { group: Group; checks: CheckResult[] }[];
  changes: Record<string, Change>;
  before: { ranAt: Date; mended: number; newTrouble: number; gone: string[] } | null;
  notes: string[];
}

/** A report, group by group, with what changed since the one before it. */
export function ReportView({ groups, changes, before, notes }: ReportViewProps) {
  return (
    <div className="grid min-w-0 gap-4">
      {before && <Since {...before} />}
      {notes.map((note) => (
        <Callout key={note}>{note}</Callout>
      ))}
      {groups.map(({ group, checks }) => (
        <Card key={group} title={GROUP_NAMES[group]} description={summary(checks)} flush>
          <ul>
            {checks.map((check) => (
              <ReportLine key={check.id} check={check} change={changes[check.id]} />
            ))}
          </ul>
        </Card>
      ))}
    </div>
  );
}

function Since({ ranAt, mended, newTrouble, gone }: NonNullable<ReportViewProps["before"]>) {
  const tone = newTrouble > 0 ? "negative" : mended > 0 ? "positive" : "neutral";
  const said = [
    newTrouble > 0 && `${newTrouble} new`,
    mended > 0 && `${mended} mended`,
    gone.length > 0 && `${gone.length} no longer looked at`,
  ].filter(Boolean);
  return (
    <Callout
      tone={tone}
      title={
        <>
          Since the report before, <Time at={ranAt} />: {said.join(", ") || "nothing changed"}.
        </>
      }
    >
      {gone.length > 0 && <>No longer looked at: {gone.slice(0, 20).join("; ")}.</>}
    </Callout>
  );
}

function summary(checks: readonly CheckResult[]): string {
  const bad = checks.filter(({ outcome }) => outcome === "failed" || outcome === "warning").length;
  if (bad > 0) return `${bad} of ${checks.length} need${bad === 1 ? "s" : ""} another look`;
  if (checks.every(({ outcome }) => outcome === "skipped")) return "Not looked at";
  return checks.length === 1 ? "As it should be" : `All ${checks.length} as they should be`;
}
