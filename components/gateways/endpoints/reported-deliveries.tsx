import { Copy } from "#components/ui/copy.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { DeliveryRow } from "#lib/gateways/deliveries/queries.ts";
import { replayDeliveriesAction } from "#lib/gateways/endpoints/actions.ts";
import type { ReportedDeliveries as Reported } from "#lib/gateways/reported/queries.ts";

interface ReportedDeliveriesProps {
  reported: Reported;
  mayReplay: boolean;
}

/** What endpoints have not taken at a gateway whose database is not this console's: some of it, as it was reported. */
export function ReportedDeliveries({ reported: { rows, reportedAt }, mayReplay }: ReportedDeliveriesProps) {
  if (rows.length === 0)
    return (
      <p className="px-4 py-3 text-muted text-sm">
        {reportedAt ? (
          <>
            Everything was taken, by the report of <Time at={reportedAt} />.
          </>
        ) : (
          "Nothing was reported yet."
        )}
      </p>
    );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard as well
    <ul className="max-h-[32rem] overflow-y-auto" tabIndex={0} aria-label="Not taken yet">
      {rows.map((row) => (
        <li
          key={row.id}
          className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 border-line border-b px-4 py-2.5 last:border-0"
        >
          <div className="grid min-w-0 gap-0.5">
            <span className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5 text-sm">
              <code className="text-xs [overflow-wrap:anywhere]">{row.event}</code>
              <span className="text-muted">to {row.endpointName}</span>
              <Standing row={row} />
            </span>
            <p className="flex flex-wrap items-center gap-x-1 text-muted text-xs">
              {row.attempts === 1 ? "One attempt" : `${row.attempts.toLocaleString("en")} attempts`} since{" "}
              <Time at={row.openedAt} />
              <Copy value={row.eventId} label="Event ID" />
            </p>
            {row.problem && <p className="text-sm [overflow-wrap:anywhere]">{row.problem}</p>}
          </div>
          {mayReplay && (
            <Form action={replayDeliveriesAction} done="The gateway was asked to deliver it again">
              <input type="hidden" name="endpointId" value={row.endpointId} />
              <input type="hidden" name="eventIds[]" value={row.eventId} />
              <SubmitButton size="sm" variant="secondary">
                Deliver again
              </SubmitButton>
            </Form>
          )}
        </li>
      ))}
    </ul>
  );
}

function Standing({ row: { state, diedAt, nextAt } }: { row: DeliveryRow }) {
  if (state === "dead")
    return (
      <Status tone="negative" since={diedAt}>
        Given up
      </Status>
    );
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <Status tone="caution">Waiting</Status>
      <span className="text-muted text-xs">
        {nextAt ? (
          <>
            tried again <Time at={nextAt} />
          </>
        ) : (
          "behind an earlier event of the same thing"
        )}
      </span>
    </span>
  );
}
