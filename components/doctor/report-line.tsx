import { Badge } from "#components/ui/badge.tsx";
import { Copy } from "#components/ui/copy.tsx";
import type { Change } from "#lib/doctor/policy.ts";
import type { CheckResult, Door } from "#lib/doctor/report.ts";
import { ASK_NAMES } from "#lib/doctor/words.ts";
import { OutcomeMark } from "./outcome.tsx";

const CHANGES: Partial<Record<Change, { word: string; tone: "negative" | "positive" | "neutral" }>> = {
  new_trouble: { word: "New since the report before", tone: "negative" },
  mended: { word: "Mended since the report before", tone: "positive" },
};

/** One thing the doctor looked at: how it came out, and where it did not pass what to open and whom to ask. */
export function ReportLine({ check, change }: { check: CheckResult; change: Change | undefined }) {
  const { outcome, title, expected, found, mend, ask, door } = check;
  const trouble = outcome === "failed" || outcome === "warning";
  const changed = change && CHANGES[change];
  return (
    <li className="grid gap-1.5 break-inside-avoid border-line border-b px-4 py-2.5 text-sm last:border-0">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <OutcomeMark outcome={outcome} />
        <span className="min-w-0 font-medium [overflow-wrap:anywhere]">{title}</span>
        {changed && <Badge tone={changed.tone}>{changed.word}</Badge>}
        {!trouble && <span className="min-w-0 text-muted [overflow-wrap:anywhere]">{found}</span>}
      </div>
      {trouble && (
        <dl className="grid gap-x-3 gap-y-1 sm:grid-cols-[6.5rem_minmax(0,1fr)] [&_dd]:min-w-0 [&_dd]:[overflow-wrap:anywhere] [&_dt]:text-muted max-sm:[&_dd]:mb-1.5 max-sm:[&_dt]:text-xs">
          <dt>Expected</dt>
          <dd>{expected}</dd>
          <dt>Found</dt>
          <dd>{found}</dd>
          {mend && (
            <>
              <dt>What to do</dt>
              <dd>{mend}</dd>
            </>
          )}
          {door && <DoorToOpen door={door} />}
          {ask && (
            <>
              <dt>Whom to ask</dt>
              <dd className="font-medium">{ASK_NAMES[ask]}</dd>
            </>
          )}
        </dl>
      )}
    </li>
  );
}

function DoorToOpen({ door }: { door: Door }) {
  const { ruleId, direction, protocol, port, peer, purpose } = door;
  return (
    <>
      <dt>Rule to open</dt>
      <dd className="grid gap-0.5">
        <span className="font-mono text-xs leading-5">
          {direction} {protocol} {port} {direction === "egress" ? "to" : "from"} {peer}
        </span>
        <span className="flex flex-wrap items-center gap-x-2 text-muted text-xs">
          {ruleId ? <Copy value={ruleId} label="rule" /> : "No rule of the allowlist names it yet."}
          {purpose && <span>{purpose}</span>}
        </span>
      </dd>
    </>
  );
}
