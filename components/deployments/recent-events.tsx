import type { Route } from "next";
import Link from "next/link";
import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Time } from "#components/ui/time.tsx";

export interface RecentEvent {
  id: string;
  at: Date;
  actor: string;
  before: string;
  target: string;
  after: string;
}

interface RecentEventsProps {
  title: string;
  events: readonly RecentEvent[];
  /** Where the whole log is. */
  allHref: string;
}

/** What people did last, newest first. */
export function RecentEvents({ title, events, allHref }: RecentEventsProps) {
  const all = (
    <Link href={allHref as Route} className="rounded-sm text-muted text-xs hover:text-ink hover:underline">
      Whole audit log
    </Link>
  );
  if (events.length === 0) {
    return (
      <Card title={title} flush>
        <EmptyState title="Nothing has happened yet.">
          Every change is written here with who made it.
        </EmptyState>
      </Card>
    );
  }
  return (
    <Card title={title} actions={all} flush>
      <ol>
        {events.map((event) => (
          <li
            key={event.id}
            className="flex flex-wrap items-baseline justify-between gap-x-4 border-line border-b px-4 py-2 last:border-0"
          >
            <p className="min-w-0 [overflow-wrap:anywhere]">
              <span className="font-medium">{event.actor}</span>{" "}
              <span className="text-muted">{event.before}</span> {event.target}{" "}
              <span className="text-muted">{event.after}</span>
            </p>
            <span className="text-faint text-xs">
              <Time at={event.at} />
            </span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
