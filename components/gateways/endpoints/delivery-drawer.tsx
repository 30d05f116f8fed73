"use client";

import { CopyButton } from "#components/ui/copy.tsx";
import { Drawer } from "#components/ui/drawer.tsx";
import { Form, SubmitButton } from "#components/ui/form.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { DeliveryView } from "#lib/gateways/deliveries/queries.ts";
import { replayDeliveriesAction } from "#lib/gateways/endpoints/actions.ts";

interface DeliveryDrawerProps {
  delivery: DeliveryView;
  mayReplay: boolean;
  closeHref: string;
}

/** One event at one endpoint: every attempt, with what the endpoint answered. */
export function DeliveryDrawer({ delivery, mayReplay, closeHref }: DeliveryDrawerProps) {
  const { endpointId, endpointName, eventId, event, open, attempts } = delivery;
  return (
    <Drawer
      title={event}
      description={`To ${endpointName}`}
      actions={<CopyButton value={eventId} label="Event ID" />}
      closeHref={closeHref}
      footer={
        mayReplay && (
          <Form action={replayDeliveriesAction} done="The gateway was asked to deliver it again">
            <input type="hidden" name="endpointId" value={endpointId} />
            <input type="hidden" name="eventIds[]" value={eventId} />
            <SubmitButton>Deliver again</SubmitButton>
          </Form>
        )
      }
    >
      <div className="grid gap-4">
        <Standing open={open} />
        <section className="grid gap-2">
          <h3 className="font-semibold text-sm">Attempts</h3>
          {attempts.length === 0 && (
            <p className="text-muted text-sm">
              None is on record: it has not been tried, or that was long ago.
            </p>
          )}
          <ol className="grid gap-2">
            {attempts.map((attempt) => (
              <li key={attempt.id} className="grid gap-1.5 rounded-md border border-line p-2.5">
                <div className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 text-sm">
                  <Status
                    tone={attempt.problem === null ? "positive" : "negative"}
                    {...(attempt.status ? { reason: String(attempt.status) } : {})}
                  >
                    {attempt.problem === null ? "Taken" : "Not taken"}
                  </Status>
                  <span className="text-muted text-xs">
                    Attempt {attempt.attempt}, <Time at={attempt.beganAt} />,{" "}
                    {attempt.durationMs.toLocaleString("en")} ms
                  </span>
                </div>
                {attempt.problem && <p className="text-sm [overflow-wrap:anywhere]">{attempt.problem}</p>}
                {attempt.excerpt && (
                  <pre className="max-h-40 overflow-auto whitespace-pre-wrap rounded-sm bg-sunken p-2 text-xs [overflow-wrap:anywhere]">
                    {attempt.excerpt}
                  </pre>
                )}
              </li>
            ))}
          </ol>
          <p className="text-muted text-xs">
            Of an answer only the beginning is kept, without what looks like a secret.
          </p>
        </section>
      </div>
    </Drawer>
  );
}

function Standing({ open }: Pick<DeliveryView, "open">) {
  if (!open) return <Status tone="positive">Taken</Status>;
  if (open.state === "dead")
    return (
      <Status tone="negative" since={open.diedAt}>
        Given up
      </Status>
    );
  return (
    <p className="flex flex-wrap items-center gap-x-2 text-sm">
      <Status tone="caution">Waiting</Status>
      <span className="text-muted">
        {open.nextAt ? (
          <>
            tried again <Time at={open.nextAt} />
          </>
        ) : (
          "behind an earlier event of the same thing"
        )}
      </span>
    </p>
  );
}
