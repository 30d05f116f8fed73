import type { Route } from "next";
import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Replay } from "#lib/change-requests/queries.ts";
import { packetText } from "./traffic-regions.tsx";

/** Which crossings of the last days would have gone otherwise with the request. */
export function RequestReplay({ replay, deploymentId }: { replay: Replay; deploymentId: string }) {
  const { days, crossings, more, refused, allowed } = replay;
  return (
    <section aria-label="Past crossings" className="grid gap-2">
      <h3 className="font-medium text-sm">Crossings of the last {days} days</h3>
      <p className="text-muted text-sm">{summary(replay)}</p>
      <Otherwise title="Would have been refused" tone="negative" of={refused} deploymentId={deploymentId} />
      <Otherwise title="Would have passed" tone="caution" of={allowed} deploymentId={deploymentId} />
      {more && (
        <p className="text-muted text-xs">
          There were more: the newest {crossings.toLocaleString("en")} were tried.
        </p>
      )}
    </section>
  );
}

function summary({ crossings, refused, allowed }: Replay): string {
  if (crossings === 0)
    return "None are on record: no gateway of this site has reported any, so the past says nothing about this request.";
  const all = crossings.toLocaleString("en");
  if (refused.crossings + allowed.crossings === 0)
    return `${all} were tried on the allowlist as it is and as it would be: none would have gone otherwise.`;
  return `${all} were tried on the allowlist as it is and as it would be.`;
}

interface OtherwiseProps {
  title: string;
  tone: "negative" | "caution";
  of: Replay["refused"];
  deploymentId: string;
}

function Otherwise({ title, tone, of, deploymentId }: OtherwiseProps) {
  if (of.kinds === 0) return null;
  return (
    <div className="grid gap-1.5">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={tone}>{title}</Badge>
        {of.crossings === 1 ? "1 crossing" : `${of.crossings.toLocaleString("en")} crossings`}
      </p>
      <ul className="divide-y divide-line rounded-md border border-line">
        {of.examples.map(({ packet, count, lastAt }) => (
          <li
            key={packetText(packet)}
            className="flex break-inside-avoid flex-wrap items-baseline justify-between gap-x-6 gap-y-0.5 px-3 py-1.5 text-sm"
          >
            <Link
              href={
                `/deployments/${deploymentId}/crossings?peer=${encodeURIComponent(packet.name ?? packet.peer ?? "")}` as Route
              }
              prefetch={false}
              className="rounded-sm text-accent [overflow-wrap:anywhere] hover:underline"
            >
              <code className="text-xs">{packetText(packet)}</code>
            </Link>
            <span className="text-muted text-xs">
              {count === 1 ? "Once, " : `${count.toLocaleString("en")} times, last `}
              <Time at={lastAt} />
            </span>
          </li>
        ))}
      </ul>
      {of.kinds > of.examples.length && (
        <p className="text-muted text-xs">
          The {of.examples.length} most frequent of {of.kinds.toLocaleString("en")} kinds.
        </p>
      )}
    </div>
  );
}
