import { AuditTable } from "#components/audit/audit-table.tsx";
import { EventDrawer } from "#components/audit/event-drawer.tsx";
import type { Actor } from "#lib/access/actor.ts";
import { getAuditEvent, listAuditActors, listAuditEvents } from "#lib/audit/queries.ts";
import { AUDIT_LIST, auditQuery } from "#lib/audit/schema.ts";
import type { AuditScope } from "#lib/audit/where.ts";
import { parseListQuery, type SearchParams, urlWithout } from "#lib/platform/list.ts";
import { orNotFound } from "#lib/platform/page.ts";
import { customersToFilterBy } from "../customers-to-filter-by.ts";

interface AuditLogProps {
  actor: Actor;
  path: string;
  params: SearchParams;
  scope?: AuditScope;
}

/** The list of events and, where the URL names one, that event beside it. */
export async function AuditLog({ actor, path, params, scope = {} }: AuditLogProps) {
  const query = auditQuery(parseListQuery(params, AUDIT_LIST));
  const eventId = typeof params.event === "string" ? params.event : null;
  const [page, actors, customers, event] = await orNotFound(() =>
    Promise.all([
      listAuditEvents(actor, query, scope),
      listAuditActors(actor, scope),
      scope.deploymentId ? [] : customersToFilterBy(actor, query.filters.customer),
      eventId ? getAuditEvent(actor, eventId, scope) : null,
    ]),
  );
  return (
    <>
      <AuditTable
        page={page}
        actors={actors}
        customers={customers}
        targets={query.filters.target}
        ofDeployment={scope.deploymentId !== undefined}
      />
      {event && (
        <EventDrawer
          key={event.id}
          event={event}
          closeHref={`${path}${urlWithout(params, "event")}`}
          targetHref={`${path}?target=${encodeURIComponent(event.targetId)}`}
        />
      )}
    </>
  );
}
