"use client";

import type { Route } from "next";
import Link from "next/link";
import { type ReactNode, useId, useState } from "react";
import { Badge } from "#components/ui/badge.tsx";
import { cx } from "#components/ui/cx.ts";
import { dateWords } from "#components/ui/time-words.ts";
import type { Door } from "#lib/allowlist/queries.ts";
import { DoorShape } from "./door-shape.tsx";
import { RuleTraffic } from "./rule-traffic.tsx";
import { CARRIER_WORDS } from "./words.ts";

interface DoorListProps {
  deploymentId: string;
  doors: readonly Door[];
  moreDoors: number;
}

/**
 * The wall with its doors. Pointing at one, or reaching it by keyboard, shows its rules beside the wall; where there is
 * no room beside it, pressing it opens them below.
 */
export function DoorList({ deploymentId, doors, moreDoors }: DoorListProps) {
  const [pointed, setPointed] = useState(0);
  const [open, setOpen] = useState<number | null>(null);
  const id = useId();
  const shown = doors[pointed];
  return (
    <div className={cx("grid gap-x-8", shown && "xl:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]")}>
      <div>
        <div aria-hidden className={`${ROW} pb-1 text-faint text-xs`}>
          <span className="text-right">Inside the site</span>
          <span className="text-center">Boundary</span>
          <span>Outside</span>
        </div>
        <ol>
          {doors.map((door, index) => (
            <li key={keyOf(door)}>
              <button
                type="button"
                aria-expanded={open === index}
                aria-controls={`${id}-${index}`}
                onMouseEnter={() => setPointed(index)}
                onFocus={() => setPointed(index)}
                onClick={() => setOpen(open === index ? null : index)}
                className={cx(
                  ROW,
                  "w-full min-h-10 rounded-md text-left text-sm -outline-offset-2",
                  pointed === index && "xl:bg-hover",
                )}
              >
                <DoorCells door={door} />
              </button>
              <div id={`${id}-${index}`} hidden={open !== index} className="pb-3 xl:hidden">
                {open === index && <DoorRules deploymentId={deploymentId} door={door} />}
              </div>
            </li>
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
          />
        </ol>
      </div>
      {shown && (
        <div className="hidden content-start border-line border-l py-1 pl-6 xl:grid">
          <DoorRules deploymentId={deploymentId} door={shown} />
        </div>
      )}
    </div>
  );
}

const ROW =
  "grid grid-cols-[minmax(0,1fr)_7rem_minmax(0,1.2fr)] items-center gap-x-3 sm:grid-cols-[minmax(0,11rem)_7rem_minmax(0,1fr)]";

function DoorCells({ door }: { door: Door }) {
  const way = door.direction === "egress" ? "opens a connection out to" : "receives a connection in from";
  return (
    <>
      <span className="text-right font-medium">
        {CARRIER_WORDS[door.carriedBy]} <span className="sr-only">{way}</span>
      </span>
      <DoorShape direction={door.direction} dashed={door.carriedBy === "user_browser"} />
      <span className="flex flex-wrap items-center gap-x-2 gap-y-0.5 py-1.5">
        <span className="[overflow-wrap:anywhere]">{door.peer}</span>
        <code className="text-muted text-xs">{door.service}</code>
        {door.expiresAt && <Badge tone="outline">until {door.expiresAt.toISOString().slice(0, 10)}</Badge>}
      </span>
    </>
  );
}

function DoorRules({ deploymentId, door }: { deploymentId: string; door: Door }) {
  const { first, rules, direction, service, query } = door;
  return (
    <div className="grid gap-2 text-sm">
      <p className="font-medium">
        {direction === "egress" ? "Out" : "In"}, <code className="text-xs">{service}</code>:{" "}
        {rules === 1 ? "1 rule" : `${rules.toLocaleString("en")} rules`}
      </p>
      <ul className="grid gap-2">
        {first.map(({ id, peer, purpose, expiresAt, use, traffic }) => (
          <li key={id} className="grid gap-0.5">
            <span className="[overflow-wrap:anywhere]">{peer}</span>
            <span className="text-muted text-xs">
              {purpose}
              {expiresAt && `, until ${dateWords(expiresAt)}`}
            </span>
            <RuleTraffic deploymentId={deploymentId} ruleId={id} use={use} traffic={traffic} />
          </li>
        ))}
      </ul>
      <Link
        href={`/deployments/${deploymentId}/allowlist?${query}` as Route}
        className="justify-self-start text-accent text-xs hover:underline"
      >
        {rules > first.length ? `All ${rules.toLocaleString("en")} in the table` : "In the table"}
      </Link>
    </div>
  );
}

function Row({ inside, door, outside }: { inside: string; door: ReactNode; outside: string }) {
  return (
    <li className={`${ROW} min-h-10 text-sm`}>
      <span className="text-right text-muted">{inside}</span>
      {door}
      <span className="py-1.5 text-muted">{outside}</span>
    </li>
  );
}

function keyOf({ direction, carriedBy, service, peer }: Door): string {
  return `${direction} ${carriedBy} ${service} ${peer}`;
}
