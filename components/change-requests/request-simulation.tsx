import { Callout } from "#components/ui/callout.tsx";
import { Card } from "#components/ui/card.tsx";
import type { RequestView } from "#lib/change-requests/queries.ts";
import { RequestReplay } from "./request-replay.tsx";
import { packetText, TrafficRegions } from "./traffic-regions.tsx";

/** What the request would do to the allowlist, exactly; and what stands in its way. */
export function RequestSimulation({ request }: { request: RequestView }) {
  const { simulation, stale, obstacles, state } = request;
  const isOpen = ["simulated", "proposed", "approved"].includes(state);
  return (
    <Card title="What it does to traffic" description={summary(request)}>
      <div className="grid gap-4">
        {stale && isOpen && (
          <Callout tone="caution" title="The allowlist has changed since this was simulated.">
            Simulate it again before anybody decides. Approvals given so far are then void.
          </Callout>
        )}
        {obstacles.length > 0 && state === "simulated" && (
          <Callout tone="negative" title="It cannot be proposed as it stands.">
            <ul className="grid gap-1">
              {obstacles.map((obstacle) => (
                <li key={obstacle}>{obstacle}</li>
              ))}
            </ul>
          </Callout>
        )}
        {simulation ? (
          <>
            <TrafficRegions title="Passes then, and not before" tone="caution" of={simulation.opened} />
            <TrafficRegions title="Passes no more" tone="accent" of={simulation.closed} />
            {simulation.replay && (
              <RequestReplay replay={simulation.replay} deploymentId={request.deployment.id} />
            )}
            {simulation.broken.length > 0 && (
              <section aria-label="Broken assertions" className="grid gap-2">
                <h3 className="font-medium text-sm">Broken assertions</h3>
                <ul className="grid gap-1 text-sm">
                  {simulation.broken.map(({ assertionId, must, reason, witness }) => (
                    <li key={assertionId} className="[overflow-wrap:anywhere]">
                      Must {must}: {reason} <code className="text-muted text-xs">{packetText(witness)}</code>
                    </li>
                  ))}
                </ul>
              </section>
            )}
          </>
        ) : (
          <p className="text-muted text-sm">
            Simulate the request to see every packet that would pass and does not, or the other way round.
          </p>
        )}
      </div>
    </Card>
  );
}

function summary({ simulation }: RequestView): string | undefined {
  if (!simulation) return undefined;
  const { opened, closed } = simulation;
  if (opened.total + closed.total === 0) return "Exactly the same packets pass.";
  return "Exact on both families, now and whenever a rule ends. Each line has a packet to try.";
}
