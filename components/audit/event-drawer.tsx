import type { Route } from "next";
import Link from "next/link";
import { Copy } from "#components/ui/copy.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { KeyValue } from "#components/ui/key-value.tsx";
import { Time } from "#components/ui/time.tsx";
import { differences } from "#lib/audit/difference.ts";
import type { AuditEventDetail } from "#lib/audit/queries.ts";
import { actionLabel, eventSentence } from "#lib/audit/words.ts";
import { Difference } from "./difference.tsx";

interface EventDrawerProps {
  event: AuditEventDetail;
  closeHref: string;
  /** The log about this event's target alone. */
  targetHref: string;
}

/** One event with everything it holds: who, from where, and what was before and after. */
export function EventDrawer({ event, closeHref, targetHref }: EventDrawerProps) {
  const changes = differences(event.before, event.after);
  const detail = differences(null, event.detail);
  return (
    <Drawer title={actionLabel(event.action)} description={eventSentence(event)} closeHref={closeHref}>
      <div className="grid gap-5">
        <KeyValue
          items={[
            { label: "When", value: <Time at={event.occurredAt} show="absolute" /> },
            { label: "Who", value: `${event.actorName}, ${actorWords(event)}` },
            { label: "From", value: event.ip && <code className="text-xs">{event.ip}</code> },
            { label: "Session", value: event.sessionId && <Copy value={event.sessionId} label="session" /> },
            { label: "Target", value: <Target event={event} href={targetHref} /> },
            { label: "Customer", value: objectLink("/customers", event.customerId, event.customerName) },
            {
              label: "Deployment",
              value: objectLink("/deployments", event.deploymentId, event.deploymentName),
            },
            { label: "Event", value: <Copy value={event.id} label="event id" /> },
          ].filter(({ value }) => value !== null)}
        />
        {changes.length > 0 && (
          <section className="grid gap-2">
            <h3 className="font-semibold text-sm">
              {event.before === null
                ? "What was made"
                : event.after === null
                  ? "What it was"
                  : "What changed"}
            </h3>
            <Difference changes={changes} sides={event.before !== null && event.after !== null} />
          </section>
        )}
        {detail.length > 0 && (
          <section className="grid gap-2">
            <h3 className="font-semibold text-sm">Details</h3>
            <Difference changes={detail} sides={false} />
          </section>
        )}
      </div>
    </Drawer>
  );
}

function Target({ event, href }: { event: AuditEventDetail; href: string }) {
  return (
    <span className="grid gap-0.5">
      {event.targetName && <span>{event.targetName}</span>}
      <Copy value={event.targetId} label="target id" />
      <Link
        href={href as Route}
        prefetch={false}
        className="w-fit rounded-sm text-accent text-xs hover:underline"
      >
        Everything about this {event.targetType.replaceAll("_", " ")}
      </Link>
    </span>
  );
}

function objectLink(at: string, id: string | null, name: string | null) {
  if (!id) return null;
  return (
    <Link href={`${at}/${id}` as Route} prefetch={false} className="rounded-sm hover:underline">
      {name ?? id}
    </Link>
  );
}

/** In what capacity: a role, or what is no person at all. */
function actorWords({ actorKind, actorRole }: { actorKind: string; actorRole: string }): string {
  if (actorKind === "system") return "by itself";
  return actorKind === "link" ? "by whoever opened it" : actorRole.replaceAll("_", " ");
}
