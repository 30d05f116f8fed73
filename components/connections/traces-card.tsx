import { Card } from "#components/ui/card.tsx";
import { EmptyState } from "#components/ui/empty-state.tsx";
import { Status } from "#components/ui/status.tsx";
import { Time } from "#components/ui/time.tsx";
import type { SignInTrace } from "#lib/drivers/port.ts";
import { Trace } from "./trace.tsx";

/** The last sign-ins through a connection, and why each failed that did. */
export function TracesCard({ traces }: { traces: SignInTrace[] }) {
  return (
    <Card title="Recent sign-ins" description="Each attempt with every check. Tests are among them." flush>
      {traces.length === 0 ? (
        <EmptyState title="Nobody has tried to sign in yet.">
          Test the connection: the test changes nothing, and shows each check.
        </EmptyState>
      ) : (
        <ul>
          {traces.map((trace) => (
            <li key={trace.id} className="border-line border-b last:border-0">
              <details className="group">
                <summary className="flex cursor-pointer list-none flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm hover:bg-hover [&::-webkit-details-marker]:hidden">
                  <TraceState state={trace.state} />
                  <span className="min-w-0 flex-1 truncate">
                    {trace.who ?? trace.error ?? "Unknown person"}
                  </span>
                  {trace.purpose === "test" && (
                    <span className="text-muted text-xs">
                      Test{trace.revision !== null && ` of revision ${trace.revision}`}
                    </span>
                  )}
                  {trace.at && (
                    <span className="text-muted text-xs">
                      <Time at={trace.at} />
                    </span>
                  )}
                </summary>
                <div className="border-line border-t bg-sunken px-4 py-1">
                  {trace.error && <p className="py-2 text-sm">{trace.error}</p>}
                  <Trace checks={trace.checks} />
                </div>
              </details>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

export function TraceState({ state }: { state: SignInTrace["state"] }) {
  if (state === "passed") return <Status tone="positive">Passed</Status>;
  if (state === "failed") return <Status tone="negative">Failed</Status>;
  return <Status tone="caution">Under way</Status>;
}
