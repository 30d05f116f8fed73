import type { Route } from "next";
import Link from "next/link";
import { Time } from "#components/ui/time.tsx";
import type { DoorRule } from "#lib/allowlist/queries.ts";
import { bytesText } from "#lib/shared/bytes.ts";
import { wordsOfUse } from "./words.ts";

interface RuleTrafficProps {
  deploymentId: string;
  ruleId: string;
  use: DoorRule["use"];
  traffic: DoorRule["traffic"];
}

const HEIGHT = 20;
const SLOT = 4;

/** What passed by a rule in the last 30 days, a bar a day; or why nobody can say. */
export function RuleTraffic({ deploymentId, ruleId, use, traffic }: RuleTrafficProps) {
  if (!traffic) {
    return (
      <span className="text-muted text-xs">
        {use.is === "used" ? (
          <>
            Nothing in 30 days; last used <Time at={use.lastAt} />
          </>
        ) : (
          wordsOfUse(use).long
        )}
      </span>
    );
  }
  const { days, count, bytesIn, bytesOut } = traffic;
  const most = Math.max(...days);
  return (
    <span className="flex flex-wrap items-end gap-x-3 gap-y-1">
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${SLOT * days.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-5 w-30"
      >
        {days.map((passed, day) => {
          const height = passed === 0 ? 1 : Math.max(2, (passed / most) * HEIGHT);
          return (
            <rect
              key={day}
              x={day * SLOT}
              y={HEIGHT - height}
              width={SLOT - 1}
              height={height}
              className={passed === 0 ? "fill-line-strong" : "fill-accent-solid"}
            />
          );
        })}
      </svg>
      <Link
        href={`/deployments/${deploymentId}/crossings?rule=${ruleId}` as Route}
        prefetch={false}
        className="rounded-sm text-accent text-xs hover:underline"
      >
        {count.toLocaleString("en")} in 30 days
      </Link>
      <span className="text-muted text-xs">
        {bytesText(bytesIn)} in, {bytesText(bytesOut)} out
      </span>
    </span>
  );
}
