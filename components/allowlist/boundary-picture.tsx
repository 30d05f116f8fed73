import type { ReactNode } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Boundary, Door } from "#lib/allowlist/queries.ts";
import { DoorShape } from "./door-shape.tsx";
import { CARRIER_WORDS } from "./words.ts";

/** The boundary as a wall with its doors: who stands inside, which way each door opens, and who stands outside. */
export function BoundaryPicture({ boundary }: { boundary: Boundary }) {
  const { doors, moreDoors, rules } = boundary;
  return (
    <Card
      title="The boundary"
      description={summary(boundary)}
      actions={rules.expired > 0 ? <Badge tone="caution">{rules.expired} expired</Badge> : undefined}
    >
      <div aria-hidden className={`${ROW} pb-1 text-faint text-xs`}>
        <span className="text-right">Inside the site</span>
        <span className="text-center">Boundary</span>
        <span>Outside</span>
      </div>
      <ol>
        {doors.map((door) => (
          <DoorRow key={`${door.direction} ${door.carriedBy} ${door.service} ${door.peer}`} door={door} />
        ))}
        {moreDoors > 0 && (
          <Row
            inside=""
            door={<DoorShape direction="more" />}
            outside={`${moreDoors} more kinds of door, in the table`}
          />
        )}
        <Row
          inside={doors.length === 0 ? "Everything" : "Everything else"}
          door={<DoorShape direction="none" />}
          outside="Refused on IPv4 and IPv6, both ways"
          quiet
        />
      </ol>
    </Card>
  );
}

const ROW =
  "grid grid-cols-[minmax(0,1fr)_7rem_minmax(0,1.2fr)] items-center gap-x-3 sm:grid-cols-[minmax(0,11rem)_7rem_minmax(0,1fr)]";

function DoorRow({ door }: { door: Door }) {
  const way = door.direction === "egress" ? "opens a connection out to" : "receives a connection in from";
  return (
    <Row
      inside={
        <>
          {CARRIER_WORDS[door.carriedBy]} <span className="sr-only">{way}</span>
        </>
      }
      door={<DoorShape direction={door.direction} dashed={door.carriedBy === "user_browser"} />}
      outside={
        <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="[overflow-wrap:anywhere]">{door.peer}</span>
          <code className="text-muted text-xs">{door.service}</code>
          {door.expiresAt && <Badge tone="outline">until {door.expiresAt.toISOString().slice(0, 10)}</Badge>}
        </span>
      }
    />
  );
}

interface RowProps {
  inside: ReactNode;
  door: ReactNode;
  outside: ReactNode;
  quiet?: boolean;
}

function Row({ inside, door, outside, quiet }: RowProps) {
  return (
    <li className={`${ROW} min-h-10 text-sm`}>
      <span className={quiet ? "text-right text-muted" : "text-right font-medium"}>{inside}</span>
      {door}
      <span className={quiet ? "py-1.5 text-muted" : "py-1.5"}>{outside}</span>
    </li>
  );
}

function summary({ deployment, doors, rules }: Boundary): string {
  if (rules.open === 0) {
    return deployment.mode === "air_gapped"
      ? "No door, as it should be behind an air gap."
      : "No door is open: nothing passes.";
  }
  const out = doors.some((door) => door.direction === "egress");
  const into = doors.some((door) => door.direction === "ingress");
  const ways = out && into ? "out and in" : out ? "only outwards" : "only inwards";
  return `${rules.open.toLocaleString("en")} ${rules.open === 1 ? "rule opens" : "rules open"} doors ${ways}. A dashed line is carried by users' browsers.`;
}
